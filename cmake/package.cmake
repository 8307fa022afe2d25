# SPDX-License-Identifier: Apache-2.0
# A Debian package of a build: cpack -G DEB. That of the static programs, which scripts/release makes, needs no library.
set(CPACK_PACKAGE_NAME runyard)
set(CPACK_PACKAGE_VENDOR "the Runyard maintainers")
set(CPACK_PACKAGE_CONTACT "Runyard maintainers <maintainers@runyard.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Azure ML SDK v1 notebooks and scripts on one's own machine")
set(CPACK_PACKAGE_DESCRIPTION "Runs are snapshotted, queued, watched live and recorded in plain files; no account and no
cloud is needed. The package brings the daemon, the shell client, the portal and the Python SDK, which
'runyard python enable' makes importable in an interpreter.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_SET_DESTDIR ON)  # the units name the place where they end up
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian/layout.cmake)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "python3 (>= 3.7)")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${PROJECT_SOURCE_DIR}/cmake/debian/postinst ${PROJECT_SOURCE_DIR}/cmake/debian/prerm ${PROJECT_SOURCE_DIR}/cmake/debian/postrm)
if(NOT RUNYARD_STATIC)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
endif()
include(CPack)
