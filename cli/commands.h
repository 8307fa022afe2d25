// SPDX-License-Identifier: Apache-2.0
// Every command of the program, in the order of its help. A noun's file defines its makers.
#pragma once

#include <vector>

#include "cli/options.h"

namespace cli {

Command submit_command();
Command sweep_command();
Command best_command();
Command runs_command();
Command show_command();
Command logs_command();
Command wait_command();
Command cancel_command();
Command metrics_command();
Command files_command();
Command download_command();
Command rm_command();
Command du_command();
Command target_command();
Command target_set_command();
Command datastore_command();
Command datastore_link_command();
Command dataset_command();
Command dataset_register_command();
Command dataset_show_command();
Command dataset_gc_command();
Command model_command();
Command model_register_command();
Command serve_command();
Command service_list_command();
Command service_show_command();
Command service_logs_command();
Command service_test_command();
Command service_update_command();
Command service_delete_command();
Command open_command();
Command python_enable_command();
Command python_disable_command();
Command python_list_command();
Command env_list_command();
Command env_show_command();
Command env_build_command();
Command env_remove_command();
Command env_gc_command();
Command up_command();
Command down_command();
Command status_command();
Command doctor_command();
Command log_command();
Command tag_command();
Command completion_command();

const std::vector<Maker>& all_commands();

}  // namespace cli
