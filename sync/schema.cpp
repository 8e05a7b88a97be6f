#include "sync/schema.h"

namespace tram::sync {

void Schema::add(FieldSpec field) {
  const std::pair key{field.type, field.field};
  fields_.insert_or_assign(key, std::move(field));
}

void Schema::add(EventSpec event) {
  const std::array key{event.type, event.field, event.event};
  events_.insert_or_assign(key, std::move(event));
}

void Schema::add_type(std::uint16_t type, std::uint16_t creators, std::string name) {
  types_.insert_or_assign(type, std::pair{creators, std::move(name)});
}

const FieldSpec* Schema::field(std::uint16_t type, std::uint16_t field) const {
  const auto at = fields_.find({type, field});
  return at == fields_.end() ? nullptr : &at->second;
}

const FieldSpec* Schema::field(std::uint16_t type, std::string_view name) const {
  for (const FieldSpec* f : fields_of(type))
    if (f->name == name) return f;
  return nullptr;
}

const EventSpec* Schema::event(std::uint16_t type, std::uint16_t field, std::uint16_t event) const {
  const auto at = events_.find({type, field, event});
  return at == events_.end() ? nullptr : &at->second;
}

const EventSpec* Schema::event(std::uint16_t type, std::uint16_t field, std::string_view name) const {
  for (auto at = events_.lower_bound({type, field, 0}); at != events_.end(); ++at) {
    if (at->first[0] != type || at->first[1] != field) return nullptr;
    if (at->second.name == name) return &at->second;
  }
  return nullptr;
}

std::optional<std::uint16_t> Schema::creators(std::uint16_t type) const {
  const auto at = types_.find(type);
  if (at == types_.end()) return std::nullopt;
  return at->second.first;
}

std::string_view Schema::type_name(std::uint16_t type) const {
  const auto at = types_.find(type);
  return at == types_.end() ? std::string_view("unknown") : std::string_view(at->second.second);
}

std::vector<const FieldSpec*> Schema::fields_of(std::uint16_t type) const {
  std::vector<const FieldSpec*> found;
  for (auto at = fields_.lower_bound({type, 0}); at != fields_.end() && at->first.first == type; ++at)
    found.push_back(&at->second);
  return found;
}

const FieldSpec* Schema::part(std::uint16_t type, ScopePart part) const {
  for (const FieldSpec* f : fields_of(type))
    if (f->part == part) return f;
  return nullptr;
}

}  // namespace tram::sync
