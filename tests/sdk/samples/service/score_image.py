# SPDX-License-Identifier: Apache-2.0
from azureml.contrib.services.aml_request import rawhttp
from azureml.contrib.services.aml_response import AMLResponse


def init():
    pass


@rawhttp
def run(request):
    if request.method == "POST" and request.headers["Content-Type"] == "image/png":
        return AMLResponse(request.get_data(False)[::-1], 200, {"Content-Type": "image/png"})
    return AMLResponse("bad request", 400)
