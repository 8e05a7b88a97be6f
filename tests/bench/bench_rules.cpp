// All obligations and outcome classes of 100,000 assignments on one core, beside reading the same rows from SQLite: the
// rules must cost no more than a look at the data. Writes its database into the folder it is started in.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>

#include "tasks/obligation.h"

namespace tram::tasks {
namespace {

constexpr int kAssignments = 100'000;
constexpr const char* kFile = "bench_rules.sqlite";
const Moment kNow = moment_at(make_date(2026, 9, 15), std::chrono::hours{10});

// The mix of plan 406-KH/TU: a date for most, waiting, open terms with a cadence, and some weekly relays.
std::vector<AssignmentFacts> office() {
  std::mt19937 draw(406);
  const auto one_of = [&](int n) { return static_cast<int>(draw() % static_cast<unsigned>(n)); };
  std::vector<AssignmentFacts> all;
  for (int i = 0; i < kAssignments; ++i) {
    AssignmentFacts f;
    f.issued_on = make_date(2025, 6, 1) + std::chrono::days{one_of(450)};
    f.handed_over = moment_at(f.issued_on + std::chrono::days{1}, std::chrono::minutes{7 * 60 + one_of(600)});
    if (one_of(10) > 0) f.confirmed = *f.handed_over + std::chrono::minutes{one_of(600)};
    const int kind = one_of(100);
    if (kind < 60)
      f.deadline.meaning = UntilDate{f.issued_on + std::chrono::days{10 + one_of(250)}, Precision::day, Edge::until};
    if (kind >= 60 && kind < 75) f.deadline_facts.waits = true;
    if (kind >= 95)
      f.recurrence = parse_recurrence("weekly:wed:10:00 from " + format_date(f.issued_on) + " to " +
                                      format_date(f.issued_on + std::chrono::days{200}))
                         .value();
    Moment at = *f.handed_over;
    for (int n = one_of(6); n > 0; --n) {
      at += std::chrono::hours{24 * (5 + one_of(30))};
      if (at < kNow) f.updates.push_back({at, at, at + std::chrono::hours{30}, false});
    }
    if (!f.updates.empty() && one_of(3) == 0) {
      f.updates.back().says_result = true;
      f.completed = DateOrHour{date_of(f.updates.back().acted), {}};
    }
    all.push_back(std::move(f));
  }
  return all;
}

void check(int code) {
  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) std::abort();
}

std::int64_t seconds_of(Moment moment) {
  return moment.time_since_epoch().count();
}
Moment moment_of(std::int64_t seconds) {
  return Moment{std::chrono::seconds{seconds}};
}
std::int64_t or_zero(const std::optional<Moment>& moment) {
  return moment ? seconds_of(*moment) : 0;
}

class Rows {
 public:
  Rows() { check(sqlite3_open(kFile, &db_)); }
  ~Rows() {
    sqlite3_close(db_);
    std::remove(kFile);
  }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  void write(const std::vector<AssignmentFacts>& all) {
    run("CREATE TABLE a(issued, handed, confirmed, deadline, waits, recurrence, completed, updates); BEGIN");
    sqlite3_stmt* insert = nullptr;
    check(sqlite3_prepare_v2(db_, "INSERT INTO a VALUES(?,?,?,?,?,?,?,?)", -1, &insert, nullptr));
    for (const AssignmentFacts& f : all) {
      std::vector<std::int64_t> updates;
      for (const UpdateFact& u : f.updates)
        updates.insert(updates.end(), {seconds_of(u.acted), or_zero(u.received), or_zero(u.assessed), u.says_result});
      sqlite3_bind_int64(insert, 1, f.issued_on.time_since_epoch().count());
      sqlite3_bind_int64(insert, 2, or_zero(f.handed_over));
      sqlite3_bind_int64(insert, 3, or_zero(f.confirmed));
      const std::string deadline = encode(f.deadline), recurrence = f.recurrence ? encode(*f.recurrence) : "";
      sqlite3_bind_text(insert, 4, deadline.c_str(), -1, SQLITE_TRANSIENT);
      sqlite3_bind_int64(insert, 5, f.deadline_facts.waits);
      sqlite3_bind_text(insert, 6, recurrence.c_str(), -1, SQLITE_TRANSIENT);
      const std::string completed = f.completed ? format_date_or_hour(*f.completed) : "";
      sqlite3_bind_text(insert, 7, completed.c_str(), -1, SQLITE_TRANSIENT);
      sqlite3_bind_blob(insert, 8, updates.data(), static_cast<int>(updates.size() * 8), SQLITE_TRANSIENT);
      check(sqlite3_step(insert));
      sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    run("COMMIT");
  }

  std::vector<AssignmentFacts> read() {
    std::vector<AssignmentFacts> all;
    sqlite3_stmt* select = nullptr;
    check(sqlite3_prepare_v2(db_, "SELECT * FROM a", -1, &select, nullptr));
    const auto text = [&](int column) {
      return std::string_view(reinterpret_cast<const char*>(sqlite3_column_text(select, column)),
                              static_cast<std::size_t>(sqlite3_column_bytes(select, column)));
    };
    while (sqlite3_step(select) == SQLITE_ROW) {
      AssignmentFacts f;
      f.issued_on = LocalDate{std::chrono::days{sqlite3_column_int64(select, 0)}};
      f.handed_over = moment_of(sqlite3_column_int64(select, 1));
      if (const auto confirmed = sqlite3_column_int64(select, 2)) f.confirmed = moment_of(confirmed);
      f.deadline = decode_deadline(text(3)).value();
      f.deadline_facts.waits = sqlite3_column_int64(select, 4) != 0;
      if (const auto recurrence = text(5); !recurrence.empty()) f.recurrence = decode_recurrence(recurrence).value();
      if (const auto completed = text(6); !completed.empty()) f.completed = parse_date_or_hour(completed).value();
      const auto* updates = static_cast<const std::int64_t*>(sqlite3_column_blob(select, 7));
      for (int i = 0; i < sqlite3_column_bytes(select, 7) / 8; i += 4)
        f.updates.push_back(
            {moment_of(updates[i]), moment_of(updates[i + 1]), moment_of(updates[i + 2]), updates[i + 3] != 0});
      all.push_back(std::move(f));
    }
    sqlite3_finalize(select);
    return all;
  }

 private:
  void run(const char* sql) { check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }
  sqlite3* db_ = nullptr;
};

WorkingTime nation() {
  const Calendar calendars[] = {viet_nam_calendar()};
  return WorkingTime::merge(calendars).value();
}

double g_rules_seconds = 0;  // of one pass, for the ratio

void recompute(benchmark::State& state) {
  const auto all = office();
  const WorkingTime calendar = nation();
  const Policy policy;
  std::size_t obligations = 0, overdue = 0;
  const std::clock_t begin = std::clock();  // of this process: other work on the machine is no part of it
  for (auto _ : state) {
    obligations = overdue = 0;
    for (const AssignmentFacts& f : all) {
      const Obligations o = obligations_of(f, {calendar, calendar, calendar}, policy, kNow);
      obligations += o.list.size();
      overdue += o.outcome == Outcome::not_started_overdue || o.outcome == Outcome::not_done_overdue;
    }
    benchmark::DoNotOptimize(obligations);
  }
  const double took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  g_rules_seconds = took / static_cast<double>(state.iterations());
  state.counters["obligations"] = static_cast<double>(obligations);
  state.counters["overdue"] = static_cast<double>(overdue);
  state.SetItemsProcessed(state.iterations() * kAssignments);
}
BENCHMARK(recompute)->Unit(benchmark::kMillisecond);

void read_from_sqlite(benchmark::State& state) {
  Rows rows;
  rows.write(office());
  const std::clock_t begin = std::clock();  // of this process: other work on the machine is no part of it
  for (auto _ : state) benchmark::DoNotOptimize(rows.read().size());
  const double took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  state.counters["rules_to_reading"] = g_rules_seconds / (took / static_cast<double>(state.iterations()));
  state.SetItemsProcessed(state.iterations() * kAssignments);
}
BENCHMARK(read_from_sqlite)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tram::tasks

BENCHMARK_MAIN();
