// How many bytes segments cost, plain and columnar, and how long they take: W1 (one changeset per task), W1r (one per
// update) and one single edit, beside zstd -3 of the plain JSON lines. Prints a table, then runs the speed benchmarks.
#include <benchmark/benchmark.h>
#include <zstd.h>

#include <cstdio>
#include <span>

#include "tests/bench/signed_work.h"

namespace tram::bench {
namespace {

using Frames = std::vector<std::vector<sync::Frame>>;

const std::vector<BacklogLine>& lines() {
  static const auto all = backlog();
  return all;
}
const std::vector<sync::Changeset>& work(Grouping grouping) {
  static const auto per_task = signed_work(lines(), Grouping::one_changeset_per_task);
  static const auto per_update = signed_work(lines(), Grouping::one_changeset_per_update);
  return grouping == Grouping::one_changeset_per_task ? per_task : per_update;
}

std::size_t zstd_of(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  return ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3);
}

struct Sum {
  std::size_t frames = 0, sealed = 0;
};
Sum sum(const Frames& containers, sync::BundleKind kind) {
  Sum s;
  for (const auto& frames : containers) {
    for (const auto& f : frames) s.frames += f.bytes.size();
    s.sealed += sealed(frames, kind).size();
  }
  return s;
}

void row(const char* name, const Frames& containers, sync::BundleKind kind, std::size_t base) {
  const Sum s = sum(containers, kind);
  std::printf("%-32s %4zu containers %10zu B of segments %10zu B sealed  %.3f x\n", name, containers.size(), s.frames,
              s.sealed, static_cast<double>(s.sealed) / static_cast<double>(base));
}

void table() {
  using sync::BundleKind;
  const std::string json = json_lines(lines());
  const std::size_t base = zstd_of(json);
  std::printf("JSON lines %zu B, zstd -3 %zu B\n", json.size(), base);
  for (const bool per_task : {true, false}) {
    const auto& all = work(per_task ? Grouping::one_changeset_per_task : Grouping::one_changeset_per_update);
    std::printf("%s: %zu changesets\n", per_task ? "W1" : "W1r", all.size());
    for (const bool plain : {true, false}) {
      std::printf(plain ? " plain\n" : " columnar\n");
      row("  up", requests(all, plain), BundleKind::up, base);
      row("  receipts down to the author", responses(all, plain), BundleKind::down, base);
      row("  relayed to another site", relays(all, plain), BundleKind::down, base);
    }
  }
  // One edit of each kind beside an idle exchange: the same frames without the segments.
  const auto& all = work(Grouping::one_changeset_per_update);
  for (const bool plain : {true, false}) {
    std::size_t up = 0, down = 0, up_frame = 0, down_frame = 0, edits = 0;
    for (std::size_t i = 20'000; i < 20'200; ++i) {
      const std::vector<sync::Changeset> one = {all[i]};
      const auto request = requests(one, plain).front();
      const auto response = responses(one, plain).front();
      const std::vector<sync::Frame> idle_request(request.begin(), request.begin() + 2);
      const std::vector<sync::Frame> idle_response(response.begin(), response.begin() + 1);
      up += sealed(request, sync::BundleKind::up).size() - sealed(idle_request, sync::BundleKind::up).size();
      down += sealed(response, sync::BundleKind::down).size() - sealed(idle_response, sync::BundleKind::down).size();
      up_frame += request[2].bytes.size();
      down_frame += response[1].bytes.size() + response[2].bytes.size();
      ++edits;
    }
    std::printf("one edit, %s: up %zu B of frame, %zu B more sealed; down %zu B of frames, %zu B more sealed\n",
                plain ? "plain" : "columnar", up_frame / edits, up / edits, down_frame / edits, down / edits);
  }
}

void encode(benchmark::State& state, Grouping grouping, bool plain) {
  const auto& all = work(grouping);
  for (auto _ : state) benchmark::DoNotOptimize(requests(all, plain));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * all.size()));
}
void decode(benchmark::State& state, Grouping grouping, bool plain) {
  const Frames containers = requests(work(grouping), plain);
  for (auto _ : state)
    for (const auto& frames : containers)
      for (const auto& f : frames)
        if (f.type == sync::FrameType::changesets) benchmark::DoNotOptimize(sync::decode_changesets(f));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * work(grouping).size()));
}
BENCHMARK_CAPTURE(encode, W1_plain, Grouping::one_changeset_per_task, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(encode, W1_columnar, Grouping::one_changeset_per_task, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(encode, W1r_plain, Grouping::one_changeset_per_update, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(encode, W1r_columnar, Grouping::one_changeset_per_update, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decode, W1_plain, Grouping::one_changeset_per_task, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decode, W1_columnar, Grouping::one_changeset_per_task, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decode, W1r_plain, Grouping::one_changeset_per_update, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(decode, W1r_columnar, Grouping::one_changeset_per_update, false)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tram::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  tram::bench::table();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
