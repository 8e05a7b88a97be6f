// Waits at the hub for the word that there is something new (sync design 6, push notice). The answer carries no data
// and is not trusted: it only starts an exchange. Without a ticket nothing waits, and the link's own pace is enough.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "station/net/exchange_client.h"
#include "sync/frames.h"

namespace tram::node {

class NewsWait {
 public:
  // `on_news` is called on the thread of this object.
  explicit NewsWait(std::function<void()> on_news) : on_news_(std::move(on_news)) {}
  ~NewsWait() { stop(); }
  NewsWait(const NewsWait&) = delete;
  NewsWait& operator=(const NewsWait&) = delete;

  void start();
  // Of the newest answer of the hub; replaces the one before.
  void use(station::HubLink link, const sync::WaitTicket& ticket);
  void stop();

 private:
  void run();

  const std::function<void()> on_news_;
  std::mutex lock_;
  std::condition_variable changed_;
  bool stopping_ = false;
  station::HubLink link_;
  std::optional<sync::WaitTicket> ticket_;
  std::thread thread_;
};

}  // namespace tram::node
