# SPDX-License-Identifier: Apache-2.0
# Everything from Debian's packages; scripts/packages lists them.
find_package(Boost 1.81 REQUIRED)
find_package(Threads REQUIRED)
find_package(LibArchive REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(SQLite3 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(spdlog REQUIRED)

find_path(ZSTD_INCLUDE_DIR zstd.h REQUIRED)
find_library(ZSTD_LIBRARY zstd REQUIRED)
add_library(Zstd::Zstd UNKNOWN IMPORTED)
set_target_properties(Zstd::Zstd PROPERTIES
  IMPORTED_LOCATION ${ZSTD_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${ZSTD_INCLUDE_DIR})
find_package(CLI11 REQUIRED)
find_path(RE2_INCLUDE_DIR re2/re2.h REQUIRED)
find_library(RE2_LIBRARY re2 REQUIRED)
add_library(Re2::Re2 UNKNOWN IMPORTED)
set_target_properties(Re2::Re2 PROPERTIES
  IMPORTED_LOCATION ${RE2_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${RE2_INCLUDE_DIR} INTERFACE_LINK_LIBRARIES Threads::Threads)
# A release links libarchive and libcrypto into the programs: dynamically, the launcher spends more time on loading what
# they drag in (XML, ICU, six compressors) than on starting a run. Only object files that are used end up in it.
option(RUNYARD_STATIC_LIBRARIES "Link libarchive, zstd and libcrypto statically" OFF)
if(RUNYARD_STATIC_LIBRARIES)
  foreach(library archive zstd acl z nettle crypto re2)
    find_library(RUNYARD_${library}_A NAMES lib${library}.a REQUIRED)
  endforeach()
  set_target_properties(LibArchive::LibArchive PROPERTIES IMPORTED_LOCATION ${RUNYARD_archive_A}
    INTERFACE_LINK_LIBRARIES "${RUNYARD_zstd_A};${RUNYARD_acl_A};${RUNYARD_z_A};${RUNYARD_nettle_A}")
  set_target_properties(Re2::Re2 PROPERTIES IMPORTED_LOCATION ${RUNYARD_re2_A})
  set_target_properties(OpenSSL::Crypto PROPERTIES IMPORTED_LOCATION ${RUNYARD_crypto_A})
  target_link_options(runyard_settings INTERFACE -Wl,--as-needed -Wl,--gc-sections)
endif()
