// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"

namespace cli {

const std::vector<Maker>& all_commands() {
  static const std::vector<Maker> kAll{submit_command,
                                       sweep_command,
                                       best_command,
                                       runs_command,
                                       show_command,
                                       logs_command,
                                       wait_command,
                                       cancel_command,
                                       metrics_command,
                                       files_command,
                                       download_command,
                                       rm_command,
                                       du_command,
                                       target_command,
                                       target_set_command,
                                       datastore_command,
                                       datastore_link_command,
                                       dataset_command,
                                       dataset_register_command,
                                       dataset_show_command,
                                       dataset_gc_command,
                                       model_command,
                                       model_register_command,
                                       serve_command,
                                       service_list_command,
                                       service_show_command,
                                       service_logs_command,
                                       service_test_command,
                                       service_update_command,
                                       service_delete_command,
                                       open_command,
                                       log_command,
                                       tag_command,
                                       python_enable_command,
                                       python_disable_command,
                                       python_list_command,
                                       env_list_command,
                                       env_show_command,
                                       env_build_command,
                                       env_remove_command,
                                       env_gc_command,
                                       up_command,
                                       down_command,
                                       status_command,
                                       doctor_command,
                                       completion_command};
  return kAll;
}

}  // namespace cli
