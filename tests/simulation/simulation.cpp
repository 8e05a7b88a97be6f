#include "tests/simulation/simulation.h"

#include <fstream>
#include <limits>
#include <queue>

#include "tests/simulation/carriers.h"
#include "tests/simulation/checks.h"
#include "tests/simulation/dishonest.h"
#include "tests/simulation/log_archive.h"
#include "tests/simulation/people.h"
#include "tests/simulation/spans.h"

namespace tram::simulation {
namespace {

using namespace sync;

constexpr int kLastExchanges = 200;  // a bound on contact, far above need
constexpr int kLastSticks = 12;      // courier round trips per site, three at least: what arrives may be answered
constexpr int kAttempts = 50;        // of a person to save something

class Run final : public Schedule {
 public:
  Run(const RunOptions& options)
      : options_(options),
        universe_(draw_settings(options.seed, options.scale), options.print_trace, options.keep_trace),
        ties_(options.seed, "ties"),
        last_acts_(options.seed, "last acts"),
        clocks_(options.seed, "clocks"),
        hub_clock_(options.seed, "hub clock"),
        contact_(options.seed, "contact"),
        machines_(options.seed, "machines"),
        dishonest_(universe_) {
    for (std::size_t i = 0; i <= universe_.settings.sites; ++i) {
      const std::string& code = universe_.zone.members[i].code;
      processes_.push_back(std::make_unique<Process>(universe_, i, code, options.folder / code));
    }
    images_.resize(processes_.size());
    carriers_ = std::make_unique<Carriers>(universe_, processes_, *this);
  }

  void after(std::uint64_t delay_ms, std::function<void()> what) override {
    queue_.push({universe_.now_ms + delay_ms, ties_.next(), number_++, std::move(what)});
  }

  void go() {
    const Settings& s = universe_.settings;
    for (std::uint64_t i = 0; i < s.acts; ++i) plan_act(i);
    for (std::size_t site = 1; site < processes_.size(); ++site)
      if (s.network && universe_.takes_part(site)) after(contact_.below(kHour), [this, site] { contact(site); });
    for (std::size_t courier = 0; s.sticks && courier < s.couriers; ++courier)
      after(contact_.below(kDay), [this] { tour(); });
    after(kHour, [this] { clocks(); });
    after(kHour, [this] { machines(); });
    after(kHour, [this] { hub_clock(); });
    for (std::uint64_t day = 1; day <= s.days; day += std::max<std::uint64_t>(1, s.days / 7))
      after(day * kDay - 1, [this] { check_all(universe_, processes_, Extent::written); });
    if (s.mode == Mode::liveness) after(s.faults_end_ms, [this] { universe_.calm = true; });
    drain_queue();
    if (stopped_) return;
    if (s.mode == Mode::safety) {
      check_all(universe_, processes_, Extent::whole);
      return;
    }
    universe_.calm = true;
    last_contact();
    if (stopped_) return;
    check_all(universe_, processes_, Extent::whole);
    check_converged(universe_, processes_);
    if (!options_.archive.empty()) write_archive();
  }

  RunResult result(std::string violation) const {
    RunResult r;
    r.events = universe_.events;
    r.crashes = universe_.crashes;
    r.changesets = universe_.model.all().size();
    for (const auto& [hash, made] : universe_.model.all()) r.operations += made.operations.size();
    r.sites = universe_.settings.sites;
    r.trace = universe_.trace.value();
    r.reached = universe_.reached;
    r.settings = universe_.settings.digest();
    r.violation = std::move(violation);
    return r;
  }

 private:
  // As an answer to the onlooker, who wrote nothing and has nothing yet.
  void write_archive() {
    const Member& onlooker = universe_.zone.members[universe_.zone.onlooker()];
    Process& hub = *processes_.front();
    std::vector<Action> actions;
    if (!hub.step(MakeReply{onlooker.device, Have{}, std::numeric_limits<std::size_t>::max()}, actions))
      throw Violation("driver", "no archive");
    const LogArchive archive{
        universe_.zone.id,     universe_.zone.root.public_key,    onlooker.device,
        onlooker.organisation, hub.digest(onlooker.organisation), find_action<Reply>(actions)->frames};
    const Bytes bytes = encode_archive(archive);
    std::ofstream(options_.archive, std::ios::binary) << as_text(bytes);
  }

  struct Due {
    std::uint64_t at_ms;
    std::uint64_t tie;
    std::uint64_t number;
    std::function<void()> what;
    bool operator>(const Due& o) const { return std::tie(at_ms, tie, number) > std::tie(o.at_ms, o.tie, o.number); }
  };

  void drain_queue() {
    while (!queue_.empty() && !stopped_) {
      const Due due = queue_.top();
      queue_.pop();
      universe_.now_ms = due.at_ms;
      ++universe_.events;
      due.what();
      if (options_.until != 0 && universe_.events >= options_.until) stopped_ = true;
    }
  }

  // Each act draws from a stream of its own: taking one away moves no other.
  void plan_act(std::uint64_t number) {
    acts_.push_back(std::make_unique<Random>(options_.seed, "act " + std::to_string(number)));
    Random& random = *acts_.back();
    if (!random.chance(1000)) return;
    const std::uint64_t at = random.below(universe_.settings.horizon_ms);
    const std::size_t who = random.below(processes_.size());
    if (universe_.takes_part(who)) after(at, [this, &random, who] { act(*processes_[who], random); });
  }

  void act(Process& p, Random& random) {
    if (p.paused()) return;
    auto act = draw_act(universe_, p, random);
    const Trouble trouble = p.draw_trouble();
    if (!act) return;
    std::vector<Action> actions;
    const std::uint64_t before = universe_.model.all().size();
    if (!p.step(*act, actions, trouble)) {
      check_step(universe_, p, *processes_.front());
      return;
    }
    const auto* done = find_action<Acknowledge>(actions);
    const auto* refused = find_action<Refuse>(actions);
    if ((done == nullptr) == (refused == nullptr)) throw Violation("driver", "a save is neither done nor refused");
    universe_.trace.line(universe_.now_ms, p.member().code + (done ? " saves" : " is refused"));
    if (done && !universe_.model.find(done->changeset)) throw Violation("I1", "an acknowledged save is not there");
    if (refused && universe_.model.all().size() != before) throw Violation("I4", "a refused save left something");
    check_step(universe_, p, *processes_.front());
  }

  void contact(std::size_t site) {
    carriers_->exchange(site);
    const std::uint64_t next = contact_.wait(20 * kMinute, 6 * kHour);
    if (universe_.now_ms + next < universe_.settings.horizon_ms) after(next, [this, site] { contact(site); });
  }

  // A courier calls at one site after the other.
  void tour() {
    const std::size_t site = contact_.between(1, processes_.size() - 1);
    if (universe_.takes_part(site)) carriers_->send_stick(site);
    const std::uint64_t next = contact_.wait(4 * kHour, 16 * kHour);
    if (universe_.now_ms + next < universe_.settings.horizon_ms) after(next, [this] { tour(); });
  }

  // The hub's clock goes ahead; some hours later its operator looks.
  void hub_clock() {
    Process& hub = *processes_.front();
    if (hub.clock_is_held()) {
      if (universe_.calm || hub_clock_.chance(500)) hub.set_clock_offset(0);
      confirm_clock();
    } else if (universe_.happens(Fault::hub_clock_forward, hub_clock_)) {
      hub.set_clock_offset(static_cast<std::int64_t>(hub_clock_.between(6 * kMinute, 30 * kDay)));
    }
    const std::uint64_t next = hub_clock_.wait(2 * kHour, 24 * kHour);
    if (universe_.now_ms + next < universe_.settings.horizon_ms) after(next, [this] { hub_clock(); });
  }

  void confirm_clock() {
    Process& hub = *processes_.front();
    std::vector<Action> actions;
    if (!hub.paused() && hub.clock_is_held()) (void)hub.step(ConfirmClock{}, actions, Trouble::none);
  }

  void clocks() {
    for (const auto& p : processes_) {
      const bool unset = universe_.happens(Fault::site_clock_unset, clocks_) && !p->at_hub();
      if (p->at_hub()) {
        // Forward jumps of a hub wait for its operator (sync design 9.4); backward ones freeze hub time.
        if (universe_.happens(Fault::hub_clock_back, clocks_))
          p->set_clock_offset(-static_cast<std::int64_t>(clocks_.below(30 * kDay)));
      } else if (unset) {
        p->set_clock_offset(-static_cast<std::int64_t>(clocks_.between(2, 56) * kYear));
      } else if (universe_.happens(Fault::site_clock_jump, clocks_)) {
        constexpr std::array<std::uint64_t, 5> kJumps = {kSecond, kMinute, kDay, kYear, 70 * kYear};
        const auto jump = static_cast<std::int64_t>(kSecond + clocks_.below(kJumps[clocks_.below(kJumps.size())]));
        p->set_clock_offset(clocks_.chance(500) ? jump : -jump);
      }
      if (universe_.happens(Fault::clock_drift, clocks_))
        p->set_clock_drift(static_cast<std::int64_t>(clocks_.between(0, 1000)) - 500);
    }
    const std::uint64_t next = clocks_.wait(2 * kHour, 12 * kHour);
    if (universe_.now_ms + next < universe_.settings.horizon_ms) after(next, [this] { clocks(); });
  }

  // Restarts, pauses, partitions, and machines set back to an older image.
  void machines() {
    for (std::size_t i = 0; i < processes_.size(); ++i) {
      Process& p = *processes_[i];
      if (universe_.happens(Fault::clean_restart, machines_)) p.restart_cleanly();
      if (universe_.happens(Fault::process_paused, machines_)) p.pause_until(universe_.now_ms + machines_.below(kDay));
      if (i == 0) continue;  // a hub set back is a case of its own (sync design 8)
      for (const bool upwards : {true, false})
        if (universe_.happens(upwards ? Fault::partition_up : Fault::partition_down, machines_))
          carriers_->part(i, upwards, universe_.now_ms + machines_.below(2 * kDay));
      if (i >= images_.size()) continue;  // a copy
      const bool restored = images_[i] && universe_.happens(Fault::site_restored, machines_);
      const bool set_back = images_[i] && universe_.happens(Fault::site_set_back, machines_);
      const bool cloned =
          images_[i] && processes_.size() == images_.size() && universe_.happens(Fault::site_cloned, machines_);
      if (restored || set_back) {
        p.restore(*images_[i], !restored);
        check_step(universe_, p, *processes_.front());
      }
      if (cloned) clone(i);
      if (machines_.chance(100)) images_[i] = p.image();
    }
    for (const Bytes& container : dishonest_.attack(*processes_.front())) carriers_->from_outside(container);
    carriers_->replay_captured(machines_);
    const std::uint64_t next = machines_.wait(2 * kHour, 12 * kHour);
    if (universe_.now_ms + next < universe_.settings.horizon_ms) after(next, [this] { machines(); });
  }

  // The same keys and the same database on a second machine; with or without the fence file.
  void clone(std::size_t site) {
    Image copied = *images_[site];
    if (machines_.chance(500)) copied.fence.reset();
    const std::string name = processes_[site]->name() + " copy";
    processes_[site]->branch();
    processes_.push_back(std::make_unique<Process>(universe_, site, name, options_.folder / name, &copied));
    carriers_->add_link();
    contact(processes_.size() - 1);
  }

  // Part of what left before a site was set back may have been lost on the way: then its log never goes on, until a
  // person saves (sync design 8).
  void save_where_suspended() {
    for (std::size_t site = 1; site < processes_.size(); ++site)
      for (int attempt = 0; attempt < kAttempts && processes_[site]->suspended(); ++attempt) {
        const auto act = draw_act(universe_, *processes_[site], last_acts_);
        std::vector<Action> actions;
        if (act) processes_[site]->step(*act, actions);
      }
  }

  // L1: bounded contact without faults.
  void last_contact() {
    confirm_clock();
    save_where_suspended();
    bool met = true;  // a round without a meeting changes nothing, and neither would the next
    for (int round = 0; met && round < (universe_.settings.final_by_stick ? kLastSticks : kLastExchanges); ++round) {
      if (universe_.settings.final_by_stick && round >= 3 && settled()) return;
      met = false;
      confirm_clock();  // sticks take hours, in which the hub's clock may be set right: a jump ahead, once more
      for (std::size_t site = 1; site < processes_.size(); ++site) {
        if (!universe_.takes_part(site)) continue;
        if (universe_.settings.final_by_stick) {
          carriers_->send_stick(site);
        } else if (round > 3 && !carriers_->more(site) && settled()) {
          continue;
        } else {
          carriers_->exchange(site);
        }
        met = true;
        drain_queue();
      }
    }
  }

  bool settled() {
    for (std::size_t site = 1; site < processes_.size(); ++site)
      for (const StreamRow& row : processes_[site]->store().streams()) {
        const auto original = processes_.front()->store().stream(row.id);
        if (!original || original->seq != row.seq) return false;
      }
    return true;
  }

  RunOptions options_;
  Universe universe_;
  Random ties_, last_acts_, clocks_, hub_clock_, contact_, machines_;
  std::vector<std::unique_ptr<Random>> acts_;
  std::vector<std::unique_ptr<Process>> processes_;
  Dishonest dishonest_;
  std::vector<std::optional<Image>> images_;
  std::unique_ptr<Carriers> carriers_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> queue_;
  std::uint64_t number_ = 0;
  bool stopped_ = false;
};

}  // namespace

RunResult run(const RunOptions& options) {
  decisions = {options.replay, options.record};
  if (options.record != nullptr) *options.record = Tape{};
  seed_libsodium(options.seed);
  use_fast_cryptography(options.seed % 10 != 0);
  std::filesystem::remove_all(options.folder);
  std::filesystem::create_directories(options.folder);
  RunResult result;
  try {
    Run run(options);
    std::string violation;
    try {
      run.go();
    } catch (const std::exception& e) {
      violation = e.what();
    }
    result = run.result(std::move(violation));
  } catch (const std::exception& e) {
    result.violation = e.what();
  }
  std::filesystem::remove_all(options.folder);
  decisions = {};
  return result;
}

}  // namespace tram::simulation
