// Reading one bundle file whole, without believing it (bundle design 4.1 steps 1 to 3): a foreign, cut or damaged file
// is refused by its first 1,440 bytes, so that neither a 10 GB file nor a lying header costs memory.
#pragma once
#include <filesystem>

#include "station/stick/medium_file.h"
#include "sync/container.h"

namespace tram::station {

// The bytes as they are on the medium; open_container() still judges them. Codes: those of steps 1 to 3, with the
// amounts of TRUNCATED in the fault.
MediumResult<Bytes> read_bundle_file(const std::filesystem::path& file);

// `bundle check`: steps 1 to 3 and the trailer. A file that cannot be read has the code of its fault.
sync::Inspection check_bundle_file(const std::filesystem::path& file);

// Any small file beside the bundles, such as a key file: regular, no link, at most `most_bytes`, else OVER_LIMIT.
MediumResult<Bytes> read_medium_file(const std::filesystem::path& file, std::uint64_t most_bytes);

}  // namespace tram::station
