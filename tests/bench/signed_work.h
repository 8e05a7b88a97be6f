// A backlog as signed changesets of one device, and as the segments and containers that carry them.
#pragma once
#include "sync/frames.h"
#include "tests/bench/backlog.h"

namespace tram::bench {

enum class Grouping { one_changeset_per_task, one_changeset_per_update };

std::vector<sync::Changeset> signed_work(const std::vector<BacklogLine>& lines, Grouping grouping);

// As a site sends them: segments of the usual size in requests of the usual size, each with its HELLO and HAVE.
// `plain` = in the plain encoding.
std::vector<std::vector<sync::Frame>> requests(const std::vector<sync::Changeset>& changesets, bool plain);
// As the hub answers them: per request one segment each of the device's and of its organisation's stream, receipts
// without the changesets, which the reader wrote.
std::vector<std::vector<sync::Frame>> responses(const std::vector<sync::Changeset>& changesets, bool plain);
// A response to another site of the organisation: receipts with their changesets.
std::vector<std::vector<sync::Frame>> relays(const std::vector<sync::Changeset>& changesets, bool plain);

// Sealed for the network by one fixed key for another.
Bytes sealed(const std::vector<sync::Frame>& frames, sync::BundleKind kind);

}  // namespace tram::bench
