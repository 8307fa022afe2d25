# SPDX-License-Identifier: Apache-2.0
"""What Model.print_configuration() says of a deployment."""

from typing import Any, Iterator


def lines(models: Any, config: Any, target: Any) -> Iterator[str]:
    """The lines about models, a target, and the script with its environment."""
    if models:
        yield "Models: {}".format([getattr(model, "id", model) for model in models])
    if target is not None:
        yield "Compute target: {}".format(getattr(target, "name", target))
    if config is not None:
        source = config._source()
        yield "Entry script: {}".format(source.entry_script)
        if source.environment is not None:
            yield from _of_environment(source.environment)


def _of_environment(environment: Any) -> Iterator[str]:
    """The lines about an environment."""
    if len(environment.environment_variables or ()) > 1:
        yield "Environment variables: {}".format(environment.environment_variables)
    packages = environment.python.conda_dependencies
    if packages is not None:
        yield "Environment dependencies: {}".format(packages.as_dict()["dependencies"])
    if environment.docker.base_image:
        yield "Environment docker image: {}".format(environment.docker.base_image)
    if environment.docker.base_dockerfile:
        yield "Environment docker file: {}".format(environment.docker.base_dockerfile)
