#include "station/web/session.h"

#include <algorithm>

namespace tram::station {
namespace {

constexpr std::size_t kTokenLength = 43;  // 32 bytes in base64url without padding

crypto::Hash hash_of(std::string_view token) {
  return crypto::hash("TRM1-session", {as_bytes(token)});
}

}  // namespace

SessionCookie SessionCookie::of(bool tls, std::uint16_t port) {
  if (tls) return {"__Host-tram", true};
  return {"tram_sid_" + std::to_string(port), false};
}

std::string SessionCookie::set(std::string_view token) const {
  return name + "=" + std::string(token) + "; Path=/; " + (secure ? "Secure; " : "") + "HttpOnly; SameSite=Strict";
}

std::optional<std::string_view> SessionCookie::token_in(std::string_view cookie_field) const {
  std::optional<std::string_view> found;
  while (!cookie_field.empty()) {
    const std::size_t end = std::min(cookie_field.find(';'), cookie_field.size());
    std::string_view pair = cookie_field.substr(0, end);
    cookie_field.remove_prefix(std::min(end + 1, cookie_field.size()));
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    if (found) return std::nullopt;
    found = pair.substr(equals + 1);
  }
  return found;
}

SessionTable::SessionTable(Entropy& entropy) : entropy_(entropy) {
  entropy_.fill(server_key_);
}

std::string SessionTable::new_token() {
  ByteArray<32> bytes{};
  entropy_.fill(bytes);
  std::string token = to_base64(bytes);
  token.resize(kTokenLength);
  std::replace(token.begin(), token.end(), '+', '-');
  std::replace(token.begin(), token.end(), '/', '_');
  return token;
}

bool SessionTable::expired(const Entry& entry, MonoTime now) {
  const bool administrator = entry.session && (entry.session->roles & kAdministrators) != 0;
  return now - entry.last_seen > (administrator ? kSessionIdleAdministrator : kSessionIdle) ||
         now - entry.signed_in > kSessionLongest;
}

void SessionTable::drop_oldest_pre_session() {
  const auto pre = [](const Entry& e) { return !e.session; };
  if (static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), pre)) < kPreSessions) return;
  entries_.erase(std::find_if(entries_.begin(), entries_.end(), pre));
}

void SessionTable::drop_oldest_of(const PersonId& person) {
  const auto same = [&](const Entry& e) { return e.session && e.session->person == person; };
  if (static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), same)) < kSessionsPerPerson) return;
  entries_.erase(std::find_if(entries_.begin(), entries_.end(), same));
}

std::string SessionTable::open_pre_session(MonoTime now) {
  const std::lock_guard guard(lock_);
  drop_oldest_pre_session();
  std::string token = new_token();
  entries_.push_back({hash_of(token), std::nullopt, now, now});
  return token;
}

std::string SessionTable::sign_in(const Account& account, const std::optional<crypto::Hash>& replaces, MonoTime now) {
  const std::lock_guard guard(lock_);
  entries_.remove_if([&](const Entry& e) { return expired(e, now) || (replaces && e.id == *replaces); });
  drop_oldest_of(account.person);
  std::string token = new_token();
  entries_.push_back({hash_of(token), Session{account.person, account.name, account.roles, account.org}, now, now});
  return token;
}

std::optional<SessionSeen> SessionTable::use(std::string_view token, MonoTime now) {
  if (token.size() != kTokenLength) return std::nullopt;
  const crypto::Hash id = hash_of(token);
  const std::lock_guard guard(lock_);
  const auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.id == id; });
  if (entry == entries_.end()) return std::nullopt;
  if (expired(*entry, now)) {
    entries_.erase(entry);
    return std::nullopt;
  }
  entry->last_seen = std::max(entry->last_seen, now);
  SessionSeen seen{id, entry->session};
  if (seen.session) seen.session->login_is_fresh = now - entry->signed_in <= kFreshLogin;
  return seen;
}

void SessionTable::end(const crypto::Hash& id) {
  const std::lock_guard guard(lock_);
  entries_.remove_if([&](const Entry& e) { return e.id == id; });
}

void SessionTable::end_all(const PersonId& person) {
  const std::lock_guard guard(lock_);
  entries_.remove_if([&](const Entry& e) { return e.session && e.session->person == person; });
}

std::string SessionTable::csrf_token(const crypto::Hash& id) const {
  return to_hex(crypto::keyed_hash("TRM1-csrf", server_key_, {as_bytes("csrf"), id}));
}

bool SessionTable::csrf_matches(const crypto::Hash& id, std::string_view token) const {
  return crypto::equal(as_bytes(csrf_token(id)), as_bytes(token));
}

std::size_t SessionTable::size() const {
  const std::lock_guard guard(lock_);
  return entries_.size();
}

}  // namespace tram::station
