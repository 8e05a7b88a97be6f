// tram-node: everything is built and wired in its command table.
#include "node/commands.h"

int main(int argc, char** argv) {
  return tram::station::run_command_line(tram::node::node_program(), argc, argv);
}
