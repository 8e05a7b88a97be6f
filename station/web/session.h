// Who is signed in (reliability design 5.4). Sessions live in memory only, so a restart ends all; of a token only its
// BLAKE2b hash is kept, so a memory image signs nobody in. The login form has a pre-session: a session of nobody, which
// carries a CSRF token and ends when somebody signs in. Times are passed in.
#pragma once
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/hash.h"
#include "crypto/random.h"
#include "station/web/accounts.h"
#include "station/web/limits.h"

namespace tram::station {

struct Session {
  PersonId person{};
  std::string name{};
  Roles roles = 0;
  std::string org{};
  bool login_is_fresh = false;  // not older than 5 min at the time of the request
};

// What a cookie led to: the session's hash, and the person if it is more than a pre-session.
struct SessionSeen {
  crypto::Hash id{};
  std::optional<Session> session;
};

// On TLS `__Host-tram`, on plain loopback `tram_sid_<port>` without Secure.
struct SessionCookie {
  std::string name;
  bool secure = false;
  static SessionCookie of(bool tls, std::uint16_t port);
  std::string set(std::string_view token) const;  // value of Set-Cookie
  // The token of a Cookie field. Two cookies of our name (a local neighbour can plant one) count as none.
  std::optional<std::string_view> token_in(std::string_view cookie_field) const;
};

// Used by the loop (each request) and the application thread (login, changes of accounts), hence the one lock; it is
// held for a walk over a short list and never while hashing a password.
class SessionTable {
 public:
  explicit SessionTable(Entropy& entropy);

  // A new token of 43 characters each; the old ones are gone from then on, whatever the browser sends.
  std::string open_pre_session(MonoTime now);
  std::string sign_in(const Account& account, const std::optional<crypto::Hash>& replaces, MonoTime now);

  // Looks a token up, ends what has expired, and notes the use.
  std::optional<SessionSeen> use(std::string_view token, MonoTime now);
  void end(const crypto::Hash& id);
  // On disable, role or password change.
  void end_all(const PersonId& person);

  // HK(server key, "csrf" | session hash), 64 hexadecimal characters.
  std::string csrf_token(const crypto::Hash& id) const;
  bool csrf_matches(const crypto::Hash& id, std::string_view token) const;  // in constant time
  std::size_t size() const;

 private:
  struct Entry {
    crypto::Hash id{};
    std::optional<Session> session;
    MonoTime signed_in;
    MonoTime last_seen;
  };
  static bool expired(const Entry& entry, MonoTime now);
  std::string new_token();
  void drop_oldest_pre_session();
  void drop_oldest_of(const PersonId& person);

  mutable std::mutex lock_;
  Entropy& entropy_;
  ByteArray<32> server_key_{};
  std::list<Entry> entries_;  // oldest first
};

}  // namespace tram::station
