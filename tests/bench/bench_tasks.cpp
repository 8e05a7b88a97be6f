// A page of 50 tasks from a store of 100,000 assignments: read, judged by the rules and written as JSON. The rows are
// put into the store as the engine would leave them; the folder goes when the measurement ends.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <ctime>

#include "hub/directory_office.h"
#include "station/serve/record_routes.h"
#include "tasks/record_schema.h"

namespace tram::hub {
namespace {

using sync::Value;
using tasks::event_number;
using tasks::field_number;
using tasks::RecordType;

constexpr int kTasks = 50'000;
constexpr int kOfOneDocument = 500;
constexpr const char* kBodies[] = {"x.mot", "x.hai", "x.ba", "x.bon"};

class Office {
 public:
  Office() {
    crypto::initialise();
    char place[] = "bench_tasks.XXXXXX";
    folder_ = ::mkdtemp(place);
    station_.reset();
    (void)set_up_hub({folder_ / "hub", std::nullopt}, "Văn phòng", sync::ZoneKind::open);
    station_ = Station::open(station::Program::hub, {folder_ / "hub", std::nullopt});
    std::string csv = "id,name_vi,name_en,kind,parent\n";
    for (const char* body : kBodies) csv += std::string(body) + ",Cơ quan,Body,implementing,\n";
    Actor console{{}, "console", 0xFFFF};
    (void)import_organisations(*station_, console, csv);
    for (int from = 0; from < kTasks; from += kOfOneDocument) station_->transact([&] { add_document(from); });
  }
  ~Office() {
    station_.reset();
    std::filesystem::remove_all(folder_);
  }
  Office(const Office&) = delete;
  Office& operator=(const Office&) = delete;

  Station& station() { return *station_; }

 private:
  sync::RecordId record(RecordType type, const sync::RecordId& home = {}) {
    sync::RecordRow row;
    const std::uint64_t n = ++count_;
    for (std::size_t i = 0; i < 8; ++i) row.id.bytes[i] = static_cast<std::uint8_t>(n * 0x9E3779B97F4A7C15u >> (8 * i));
    for (std::size_t i = 0; i < 8; ++i) row.id.bytes[8 + i] = static_cast<std::uint8_t>(n >> (8 * i));
    row.type = static_cast<std::uint16_t>(type);
    row.home = home.is_zero() ? row.id : home;
    station_->store().put_record(row);
    home_ = row.home;
    return row.id;
  }
  void field(const sync::RecordId& record, std::uint16_t number, Value value, std::uint16_t event = 0) {
    sync::FieldRow row;
    row.record = record;
    row.field = number;
    row.home = home_;
    row.value = std::move(value);
    row.event = event;
    station_->store().put_field(row);
  }
  void version(const sync::RecordId& record, std::uint16_t number, std::uint16_t event, std::uint64_t ms) {
    sync::VersionRow row;
    const std::uint64_t n = ++count_;
    for (std::size_t i = 0; i < 8; ++i) row.id.bytes[i] = static_cast<std::uint8_t>(n >> (8 * i));
    row.record = record;
    row.home = home_;
    row.field = number;
    row.event = event;
    row.written_ms = row.hub_time_ms = ms;
    row.effective_ms = ms << 16;
    station_->store().put_version(row);
  }

  void add_document(int from) {
    const std::uint64_t day = 86'400'000;
    const std::uint64_t issued = station::wall_clock_ms() / day - 200 + static_cast<std::uint64_t>(from / 1000);
    const sync::RecordId document = record(RecordType::document);
    field(document, field_number(RecordType::document, "number"), Value::text(std::to_string(100 + from / 500)));
    field(document, field_number(RecordType::document, "symbol"), Value::text("KH/TU"));
    field(document, field_number(RecordType::document, "issued_on"),
          Value(Value::Variant(sync::CivilDate{static_cast<std::int32_t>(issued)})));
    for (int i = 0; i < kOfOneDocument; ++i) {
      const sync::RecordId task = record(RecordType::task);
      field(task, field_number(RecordType::task, "document"), Value::id(document));
      field(task, field_number(RecordType::task, "ref"), Value::text("II." + std::to_string(i + 1)));
      field(task, field_number(RecordType::task, "content"), Value::text("Nhiệm vụ số " + std::to_string(from + i)));
      field(task, field_number(RecordType::task, "priority"), Value::text("normal"));
      if (i % 20 == 19) field(task, field_number(RecordType::task, "recurrence"), Value::text("weekly:wed:10:00"));
      for (int k = 0; k < 2; ++k) add_assignment(task, i + k, issued * day);
    }
  }

  void add_assignment(const sync::RecordId& task, int n, std::uint64_t issued_ms) {
    constexpr auto kState = field_number(RecordType::assignment, "state");
    const auto body = sync::organisation_id(station_->zone(), kBodies[n % 4]);
    const sync::RecordId a = record(RecordType::assignment);
    field(a, field_number(RecordType::assignment, "task"), Value::id(task));
    field(a, field_number(RecordType::assignment, "implementing_body"), Value::id(body));
    const auto end = tasks::date_of(station::moment_of_ms(issued_ms)) + std::chrono::days{20 + n % 250};
    if (n % 5 != 0) field(a, field_number(RecordType::assignment, "deadline"), Value::text(tasks::format_date(end)));
    field(a, kState, {}, event_number(RecordType::assignment, "started"));
    std::uint64_t ms = issued_ms + 90'000'000;
    for (const auto event :
         {event_number(RecordType::assignment, "handed_over"), event_number(RecordType::assignment, "available"),
          event_number(RecordType::assignment, "received")})
      version(a, kState, event, ms += 3'600'000);
    for (int u = n % 3; u > 0; --u) {
      const sync::RecordId update = record(RecordType::progress_update, a);
      field(update, field_number(RecordType::progress_update, "work_state"), Value::text("started"));
      version(update, 0, 0, ms += 864'000'000);
    }
  }

  std::filesystem::path folder_;
  std::unique_ptr<Station> station_;
  std::uint64_t count_ = 0;
  sync::RecordId home_;
};

Office& office() {
  static Office made;
  return made;
}

void page_of_50(benchmark::State& state) {
  Station& station = office().station();
  benchmark::DoNotOptimize(station.task_order().in_order().size());
  std::uint64_t page = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(
        boost::json::serialize(station::every_task_page_json(station, 1 + page++ * 37 % (kTasks / 50))));
}
BENCHMARK(page_of_50)->Unit(benchmark::kMillisecond)->MinTime(2);

// Something was written since the last page: what is there is looked through again.
void page_of_50_after_a_write(benchmark::State& state) {
  Station& station = office().station();
  std::uint64_t page = 0;
  for (auto _ : state) {
    state.PauseTiming();
    station.transact([&] { station.put_text_meta("bench", std::to_string(page)); });
    state.ResumeTiming();
    benchmark::DoNotOptimize(
        boost::json::serialize(station::every_task_page_json(station, 1 + page++ * 37 % (kTasks / 50))));
  }
}
BENCHMARK(page_of_50_after_a_write)->Unit(benchmark::kMillisecond)->MinTime(2);

// A program that has just started.
void first_page_of_50(benchmark::State& state) {
  Station& station = office().station();
  for (auto _ : state) {
    station::TaskOrder order;
    order.refresh(station.store(), station.connection());
    benchmark::DoNotOptimize(order.in_order().size());
  }
}
BENCHMARK(first_page_of_50)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
}  // namespace tram::hub

BENCHMARK_MAIN();
