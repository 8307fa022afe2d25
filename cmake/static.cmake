# SPDX-License-Identifier: Apache-2.0
# For RUNYARD_STATIC: programs that need nothing of the machine but its kernel. Debian has no static libraries of
# simdjson, spdlog and fmt: the first is compiled from its source, the others are used as headers.
set(RUNYARD_SIMDJSON "" CACHE PATH "The folder of simdjson.h and simdjson.cpp")
if(NOT EXISTS ${RUNYARD_SIMDJSON}/simdjson.cpp)
  message(FATAL_ERROR "RUNYARD_STATIC needs the source of simdjson in RUNYARD_SIMDJSON; scripts/wheel fetches it")
endif()
add_library(runyard_simdjson STATIC ${RUNYARD_SIMDJSON}/simdjson.cpp)
target_include_directories(runyard_simdjson SYSTEM PUBLIC ${RUNYARD_SIMDJSON})
add_library(simdjson::simdjson ALIAS runyard_simdjson)

add_library(spdlog::spdlog INTERFACE IMPORTED GLOBAL)
target_compile_definitions(spdlog::spdlog INTERFACE SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY=1)
target_link_libraries(spdlog::spdlog INTERFACE Threads::Threads)

find_library(RUNYARD_sqlite3_A NAMES libsqlite3.a REQUIRED)
set_target_properties(SQLite::SQLite3 PROPERTIES IMPORTED_LOCATION ${RUNYARD_sqlite3_A} INTERFACE_LINK_LIBRARIES m)

# Lines for stack traces, which scripts/wheel moves to a file of their own; no path of the machine that builds.
target_compile_options(runyard_settings INTERFACE
  -g1 -ffile-prefix-map=${PROJECT_BINARY_DIR}=. -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)

# The one locale that the programs use, of the C library that they contain (base/locale.cpp).
find_file(RUNYARD_LC_CTYPE LC_CTYPE PATHS /usr/lib/locale/C.utf8 NO_DEFAULT_PATH REQUIRED)
file(COPY ${RUNYARD_LC_CTYPE} DESTINATION ${PROJECT_BINARY_DIR}/lib/runyard/locale/C.UTF-8)
install(FILES ${RUNYARD_LC_CTYPE} DESTINATION ${CMAKE_INSTALL_LIBDIR_RUNYARD}/locale/C.UTF-8)
