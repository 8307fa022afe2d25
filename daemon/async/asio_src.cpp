// SPDX-License-Identifier: Apache-2.0
// Asio, compiled once.
#include <boost/asio/impl/src.hpp>
