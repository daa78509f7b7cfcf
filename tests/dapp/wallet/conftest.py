from tests.bare_chain import bare_chain, token  # noqa: F401  (fixtures)
