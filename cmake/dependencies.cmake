# SPDX-License-Identifier: Apache-2.0
# Everything from Debian's packages; scripts/packages lists them.
find_package(Boost 1.81 REQUIRED)
find_package(Threads REQUIRED)
find_package(LibArchive REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(nlohmann_json REQUIRED)

# runyard_import(target library header): a library that brings nothing for CMake.
function(runyard_import target library header)
  find_path(RUNYARD_${library}_INCLUDE ${header} REQUIRED)
  find_library(RUNYARD_${library} ${library} REQUIRED)
  add_library(${target} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION ${RUNYARD_${library}} INTERFACE_INCLUDE_DIRECTORIES ${RUNYARD_${library}_INCLUDE})
endfunction()
runyard_import(Nettle::Nettle nettle nettle/sha2.h)
runyard_import(Zstd::Zstd zstd zstd.h)
runyard_import(Re2::Re2 re2 re2/re2.h)
set_target_properties(Re2::Re2 PROPERTIES INTERFACE_LINK_LIBRARIES Threads::Threads)

# A release links libarchive into the programs: dynamically, the launcher spends more time on loading what it drags in
# (XML, ICU, six compressors) than on starting a run. Only object files that are used end up in it.
option(RUNYARD_STATIC_LIBRARIES "Link libarchive, zstd, nettle and re2 statically" OFF)
if(RUNYARD_STATIC)
  set(RUNYARD_STATIC_LIBRARIES ON)
  include(cmake/static.cmake)
else()
  find_package(simdjson REQUIRED)
  find_package(spdlog REQUIRED)
endif()

if(RUNYARD_STATIC_LIBRARIES)
  foreach(library archive zstd acl z nettle re2)
    find_library(RUNYARD_${library}_A NAMES lib${library}.a REQUIRED)
  endforeach()
  set_target_properties(LibArchive::LibArchive PROPERTIES IMPORTED_LOCATION ${RUNYARD_archive_A}
    INTERFACE_LINK_LIBRARIES "${RUNYARD_zstd_A};${RUNYARD_acl_A};${RUNYARD_z_A};${RUNYARD_nettle_A}")
  set_target_properties(Nettle::Nettle PROPERTIES IMPORTED_LOCATION ${RUNYARD_nettle_A})
  set_target_properties(Zstd::Zstd PROPERTIES IMPORTED_LOCATION ${RUNYARD_zstd_A})
  set_target_properties(Re2::Re2 PROPERTIES IMPORTED_LOCATION ${RUNYARD_re2_A})
  target_link_options(runyard_settings INTERFACE -Wl,--as-needed -Wl,--gc-sections)
endif()
