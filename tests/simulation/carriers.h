// How bytes travel between the stations: exchanges over a network that loses, doubles, delays and cuts them, and sticks
// that are lost, late, copied, truncated, damaged or taken to the wrong office (sticks.cpp). Both carry real
// containers; nothing that a container refuses reaches an engine.
#pragma once
#include "tests/simulation/process.h"

namespace tram::simulation {

class Schedule {
 public:
  virtual ~Schedule() = default;
  virtual void after(std::uint64_t delay_ms, std::function<void()> what) = 0;
};

class Carriers {
 public:
  Carriers(Universe& universe, std::vector<std::unique_ptr<Process>>& processes, Schedule& schedule);

  // The site starts an exchange; what was under way before is given up.
  void exchange(std::size_t site);
  // The site writes a bundle onto the stick; a courier carries it to the hub and brings the hub's answer back.
  void send_stick(std::size_t site);

  bool more(std::size_t site) const { return links_[site].more; }
  // A container that no station sent reaches the hub; its answer reaches nobody.
  void from_outside(const Bytes& container) { request_arrives(kNobody, {container, true}); }
  // One that was caught on the wire earlier.
  void replay_captured(Random& random);
  // Another machine takes part.
  void add_link() { links_.emplace_back(); }
  // For that long nothing gets through in that direction.
  void part(std::size_t site, bool upwards, std::uint64_t until_ms);

 private:
  static constexpr std::size_t kNobody = ~std::size_t{0};
  static constexpr std::size_t kCaptured = 8;
  struct Damaged {
    Bytes bytes;
    bool intact = true;
    bool altered = false;  // by the hub, before it sealed it
  };
  struct Link {
    std::optional<ByteArray<16>> expected;  // the request under way
    sync::LogId log;
    std::uint64_t through_seq = 0;
    std::uint64_t life = 0;  // of the process that asked; an exchange ends with it
    bool more = false;
    std::uint64_t up_parted_until_ms = 0, down_parted_until_ms = 0;
  };

  std::optional<sync::Sealed> seal_up(Process& site, sync::Profile profile, Link& link, std::size_t budget);
  Bytes seal_down(const Member& to, sync::Profile profile, const std::vector<sync::Frame>& frames,
                  const ByteArray<16>& reply_to);
  std::optional<sync::Opened> open_at(Process& process, sync::Profile profile, const Damaged& container,
                                      std::optional<ByteArray<16>> expected = std::nullopt);
  Damaged through_network(const Bytes& bytes);
  template <class Deliver>
  void transmit(const Bytes& bytes, Deliver deliver);
  Damaged on_stick(const Bytes& bytes);
  void request_arrives(std::size_t site, const Damaged& container);
  void response_arrives(std::size_t site, const Damaged& container);
  void stick_at_hub(const Damaged& container);
  void stick_at_site(std::size_t site, const Damaged& container);
  void stick_at(std::size_t station, const Damaged& container);
  bool take_at_site(Process& site, const sync::Incoming& incoming, std::vector<sync::Action>& actions);
  void again(Process& process, const sync::Incoming& incoming);
  bool alter(std::vector<sync::Frame>& frames);
  void carry_stick(const Bytes& bytes, std::size_t to);
  bool waits(std::size_t station, std::function<void()> what);

  Universe& universe_;
  std::vector<std::unique_ptr<Process>>& processes_;
  Schedule& schedule_;
  Random network_, stick_, replay_, dishonest_hub_;
  std::vector<Link> links_;
  std::vector<Bytes> captured_;  // the newest requests that went over the network
};

}  // namespace tram::simulation
