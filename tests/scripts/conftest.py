"""A market deployed as `ape run deploy` does it, for the tests of what deploys, verifies and operates one."""

from dataclasses import replace

import pytest

from operations.actors import named_actors
from operations.deployment import deploy_market
from operations.parameters import RoleParameters, load_parameters
from operations.roles import Role


@pytest.fixture(scope="session")
def actors(accounts):
    """The named accounts."""
    return named_actors(accounts)


@pytest.fixture(scope="session")
def operator(actors):
    return actors["operator"]


@pytest.fixture
def outsider(actors):
    return actors["outsider"]


@pytest.fixture(scope="session")
def parameters(project):
    """Those of a development chain, with an admin who needn't wait."""
    loaded = load_parameters(project.provider.chain_id)
    admin = RoleParameters(("deployer",), 0)
    return replace(loaded, roles={**loaded.roles, Role.ADMIN: admin})


@pytest.fixture
def folder(tmp_path):
    """Where a test's own journal goes."""
    return tmp_path


@pytest.fixture(scope="session")
def deployment(project, operator, parameters, tmp_path_factory):
    """A whole market. Tests may change it on the chain; they get it back as it was."""
    folder = tmp_path_factory.mktemp("deployments")
    return deploy_market(project, operator, parameters=parameters, folder=folder)
