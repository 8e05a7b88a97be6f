// tram-hub: everything is built and wired in its command table.
#include "hub/commands.h"

int main(int argc, char** argv) {
  return tram::station::run_command_line(tram::hub::hub_program(), argc, argv);
}
