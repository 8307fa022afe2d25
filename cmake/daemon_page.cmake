# SPDX-License-Identifier: Apache-2.0
# Writes the manual page PAGE from TEMPLATE and what `RUNYARDD --help` prints.
execute_process(COMMAND ${RUNYARDD} --help OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "-" "\\-" help "${help}")
configure_file(${TEMPLATE} ${PAGE} @ONLY)
