# SPDX-License-Identifier: Apache-2.0
"""The description of a service for its callers: swagger 2.0, OpenAPI 3.0 and 3.1.

A script that is decorated by inference_schema has the schemas of its data in it; a source with a swagger.json,
swagger2.json, swagger3.json or swagger3.1.json has said it itself.
"""

import copy
import json
import os
import sys
from typing import Any, Callable, Dict, List, Optional

from ..exceptions import UserErrorException
from .messages import JSON

_FILES = {"2": ("swagger.json", "swagger2.json"), "3": ("swagger3.json",), "3.1": ("swagger3.1.json",)}
_ALIASES = {"2": "2", "2.0": "2", "3": "3", "3.0": "3", "3.1": "3.1"}
_OPEN = {"2": "2.0", "3": "3.0", "3.1": "3.1"}  # version -> how inference_schema names it
_SHOWN = {"3": "3.0.3", "3.1": "3.1.0"}
_ANY = {"type": "object", "example": {}}
_FAILED = "The service failed to execute due to an error."

Documents = Dict[str, Any]


def documents(run: Callable[..., Any], folder: str, name: str, prefix: str = "") -> Documents:
    """Version ("2", "3", "3.1") to document. UserErrorException: a file of the source is no JSON."""
    found = {}
    for version in _FILES:
        made = _of_source(folder, version) or _of_function(run, version, name, prefix)
        if made is not None:
            found[version] = made
    return found


def document(found: Documents, version: Optional[str]) -> Dict[str, Any]:
    """The document of a version that a request names. UserErrorException: there is none."""
    known = _ALIASES.get(version or "2")
    if known in found:
        return dict(found[known])
    raise UserErrorException("Swagger version [{}] is not {}. Supported versions: [{}].".format(
        version or "2", "supported for the scoring script" if known else "valid", ", ".join(sorted(found))))


def _of_source(folder: str, version: str) -> Optional[Dict[str, Any]]:
    """The document that the source has. UserErrorException: it is no JSON."""
    for name in _FILES[version]:
        try:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                return dict(json.load(file))
        except FileNotFoundError:
            continue
        except (OSError, ValueError, TypeError) as error:
            raise UserErrorException("cannot use {} of the service's source: {}".format(name, error)) from None
    return None


def _of_function(run: Callable[..., Any], version: str, name: str, prefix: str) -> Optional[Dict[str, Any]]:
    """The document with the schemas of run(). None: they cannot be said in this version."""
    schemas = sys.modules.get("inference_schema.schema_util")
    given, answered = _ANY, _ANY
    if schemas is not None and schemas.is_schema_decorated(run):
        if not {version, _OPEN[version]} & set(schemas.get_supported_versions(run)):
            return None
        given, answered = schemas.get_input_schema(run), schemas.get_output_schema(run)
    error = {"type": "object", "properties": {"message": {"type": "string"}}}
    types = {"ServiceInput": copy.deepcopy(given), "ServiceOutput": copy.deepcopy(answered), "ErrorResponse": error}
    about = {"title": name, "description": "API specification for the Azure Machine Learning service " + name,
             "version": "1.0"}
    return _second(about, types, prefix) if version == "2" else _third(about, types, prefix, version)


def _operations() -> List[List[Any]]:
    """Path, method, id, description, and the type or description of what comes back."""
    return [["/", "get", "ServiceHealthCheck", "Simple health check endpoint to ensure the service is up at any given "
             "point.", "If service is up and running, this response will be returned with the content 'Healthy'"],
            ["/score", "post", "RunMLService", "Run web service's model and get the prediction output",
             "The service processed the input correctly and provided a result prediction, if applicable."],
            ["/swagger.json", "get", "GetSwaggerSpec", "Get the Swagger specification.", "The Swagger specification."]]


def _second(about: Dict[str, Any], types: Dict[str, Any], prefix: str) -> Dict[str, Any]:
    """A document of swagger 2.0."""
    paths: Dict[str, Any] = {}
    for path, method, operation, description, good in _operations():
        said = {"$ref": "#/definitions/ServiceOutput"} if method == "post" else {"type": "string"}
        made = {"operationId": operation, "description": description, "responses": {
            "200": {"description": good, "schema": said},
            "default": {"description": _FAILED, "schema": {"$ref": "#/definitions/ErrorResponse"}}}}
        if method == "post":
            made["security"] = [{"Bearer": []}]
            made["parameters"] = [{"name": "serviceInputPayload", "in": "body",
                                   "description": "The data to score.",
                                   "schema": {"$ref": "#/definitions/ServiceInput"}}]
        paths[prefix + path] = {method: made}
    return {"swagger": "2.0", "info": about, "schemes": ["http"], "consumes": [JSON], "produces": [JSON],
            "securityDefinitions": {"Bearer": {"type": "apiKey", "name": "Authorization", "in": "header",
                                               "description": "For example: Bearer abc123"}},
            "paths": paths, "definitions": types}


def _third(about: Dict[str, Any], types: Dict[str, Any], prefix: str, version: str) -> Dict[str, Any]:
    """A document of OpenAPI 3.0 or 3.1."""
    paths: Dict[str, Any] = {}
    for path, method, operation, description, good in _operations():
        said = {"$ref": "#/components/schemas/ServiceOutput"} if method == "post" else {"type": "string"}
        made = {"operationId": operation, "description": description, "responses": {
            "200": {"description": good, "content": {JSON: {"schema": said}}},
            "default": {"description": _FAILED, "content": {JSON: {"schema": {
                "$ref": "#/components/schemas/ErrorResponse"}}}}}}
        if method == "post":
            made["security"] = [{"bearerAuth": []}]
            made["requestBody"] = {"description": "The data to score.", "content": {
                JSON: {"schema": {"$ref": "#/components/schemas/ServiceInput"}}}}
        paths[prefix + path] = {method: made}
    return {"openapi": _SHOWN[version], "info": about, "paths": paths, "components": {
        "schemas": types, "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}}}}
