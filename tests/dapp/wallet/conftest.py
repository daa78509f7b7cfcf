from tests.bare_chain import deploy_token, start_bare_chain  # noqa: F401  (fixtures)
