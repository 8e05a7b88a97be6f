// Where nodes wait to hear that there is something new (`GET /sync/1/wait`, sync design 6): tickets, the requests that
// wait, and when each is answered. An answer carries no data and is not trusted; it only starts an exchange.
#pragma once
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "station/serve/serve.h"
#include "station/station.h"
#include "station/web/application_thread.h"
#include "station/web/route.h"
#include "sync/frames.h"

namespace tram::hub {

class NewsDesk final : public station::Background {
 public:
  NewsDesk(station::Station& station, station::ApplicationThread& application);
  ~NewsDesk() override;  // stop()

  void start() override;
  void poke() override;  // streams or directory may have moved; on any thread
  void stop() override;

  // Both on the application thread. A device has one ticket at a time, valid for an hour; it stands for what the device
  // knows once it has read the answer that carries it.
  sync::WaitTicket issue(const sync::DeviceId& device);
  // Answers 200 as soon as there is something, 204 after 55 s, 403 for a ticket that is not known, 503 when too many
  // wait.
  void wait(std::string_view ticket, station::Respond respond);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Known {  // how far the device has read
    std::uint64_t directory = 0;
    std::uint64_t own_stream = 0;
    std::uint64_t body_stream = 0;
    bool operator==(const Known&) const = default;
  };
  struct Ticket {
    sync::DeviceId device;
    Known known;
    Time ends;
  };
  struct Waiting {
    sync::WaitTicket ticket;
    station::Respond respond;
    Time ends;
  };

  Known known_now(const sync::DeviceId& device);
  // Answers whose time is over, and, after something `moved`, those with news.
  void look(bool moved);
  void run();

  station::Station& station_;
  station::ApplicationThread& application_;
  // Of the application thread alone.
  std::map<sync::WaitTicket, Ticket> tickets_;
  std::map<sync::DeviceId, sync::WaitTicket> ticket_of_;
  std::map<sync::DeviceId, Waiting> waiting_;

  std::mutex lock_;
  std::condition_variable changed_;
  bool poked_ = false;
  bool stopping_ = false;
  std::atomic<std::size_t> count_{0};  // of waiting_
  std::thread thread_;
};

}  // namespace tram::hub
