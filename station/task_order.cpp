#include "station/task_order.h"

#include <algorithm>
#include <set>

#include "station/text_order.h"
#include "tasks/record_schema.h"

namespace tram::station {
namespace {

using sync::Layer;
using tasks::field_number;
using tasks::RecordType;

sync::RecordId id_in(SqliteStore& store, const sync::RecordId& record, std::uint16_t field) {
  const auto row = store.field(record, field, Layer::provisional);
  const auto* id = row ? row->value.get<sync::RawId>() : nullptr;
  return id ? sync::RecordId{id->bytes} : sync::RecordId{};
}
std::string text_in(SqliteStore& store, const sync::RecordId& record, std::uint16_t field) {
  const auto row = store.field(record, field, Layer::provisional);
  const auto* text = row ? row->value.get<std::string>() : nullptr;
  return text ? *text : std::string();
}

// Drops what is gone; both sides ascend by id. True if anything was.
template <class Map>
bool drop_missing(Map& known, const std::vector<sync::RecordId>& there) {
  const std::size_t before = known.size();
  auto at = there.begin();
  for (auto k = known.begin(); k != known.end();) {
    while (at != there.end() && *at < k->first) ++at;
    if (at != there.end() && *at == k->first) {
      ++k;
    } else {
      k = known.erase(k);
    }
  }
  return known.size() != before;
}

}  // namespace

std::string document_label(std::string_view number, std::string_view symbol) {
  return symbol.empty() ? std::string(number) : std::string(number) + "-" + std::string(symbol);
}

void TaskOrder::refresh(SqliteStore& store, Connection& connection) {
  const std::int64_t changes = sqlite3_total_changes64(connection.handle());
  if (changes == changes_) return;
  read_tasks(store);
  read_assignments(store);
  sort(store);
  // What a transaction wrote may still be taken back without another change.
  changes_ = sqlite3_get_autocommit(connection.handle()) != 0 ? changes : -1;
}

void TaskOrder::read_tasks(SqliteStore& store) {
  const auto there = store.ids_of_type(static_cast<std::uint16_t>(RecordType::task));
  changed_ = drop_missing(tasks_, there) || changed_;
  auto known = tasks_.begin();
  for (const sync::RecordId& id : there) {
    while (known != tasks_.end() && known->first < id) ++known;
    if (known != tasks_.end() && known->first == id) continue;
    Place p;
    p.document = id_in(store, id, field_number(RecordType::task, "document"));
    p.parent = id_in(store, id, field_number(RecordType::task, "parent_assignment"));
    p.ref = text_in(store, id, field_number(RecordType::task, "ref"));
    p.key = natural_key(p.ref);
    tasks_.emplace(id, std::move(p));
    changed_ = true;
  }
}

void TaskOrder::read_assignments(SqliteStore& store) {
  const auto there = store.ids_of_type(static_cast<std::uint16_t>(RecordType::assignment));
  changed_ = drop_missing(task_of_, there) || changed_;
  auto known = task_of_.begin();
  for (const sync::RecordId& id : there) {
    while (known != task_of_.end() && known->first < id) ++known;
    if (known != task_of_.end() && known->first == id) continue;
    const sync::RecordId task = id_in(store, id, field_number(RecordType::assignment, "task"));
    task_of_.emplace(id, task);
    changed_ = true;
  }
  if (!changed_) return;
  // An assignment may come before its task (streams are ordered by home).
  for (auto& [id, place] : tasks_) place.assignments.clear();
  for (const auto& [id, task] : task_of_)
    if (const auto at = tasks_.find(task); at != tasks_.end()) at->second.assignments.push_back(id);
}

sync::RecordId TaskOrder::document_of(const Place& place) const {
  const Place* at = &place;
  constexpr int kDeepest = 8;  // parents are data: a circle must end
  for (int depth = 0; at->document.is_zero() && !at->parent.is_zero() && depth < kDeepest; ++depth) {
    const auto task = task_of_.find(at->parent);
    const auto above = task == task_of_.end() ? tasks_.end() : tasks_.find(task->second);
    if (above == tasks_.end()) break;
    at = &above->second;
  }
  return at->document;
}

void TaskOrder::sort(SqliteStore& store) {
  std::map<sync::RecordId, std::string> labels;
  for (const sync::RecordId& id : store.ids_of_type(static_cast<std::uint16_t>(RecordType::document)))
    labels.emplace(id, document_label(text_in(store, id, field_number(RecordType::document, "number")),
                                      text_in(store, id, field_number(RecordType::document, "symbol"))));
  if (!changed_ && labels == labels_) return;
  labels_ = std::move(labels);
  std::vector<std::tuple<std::string_view, std::string_view, sync::RecordId>> keys;
  keys.reserve(tasks_.size());
  for (const auto& [id, p] : tasks_) {
    const auto label = labels_.find(document_of(p));
    keys.emplace_back(label == labels_.end() ? std::string_view() : std::string_view(label->second), p.key, id);
  }
  std::sort(keys.begin(), keys.end());
  order_.clear();
  sub_tasks_.clear();
  for (const auto& key : keys) {
    const sync::RecordId& id = order_.emplace_back(std::get<2>(key));
    if (const sync::RecordId& parent = tasks_.at(id).parent; !parent.is_zero()) sub_tasks_[parent].push_back(id);
  }
  changed_ = false;
}

const TaskOrder::Place* TaskOrder::place(const sync::RecordId& task) const {
  const auto at = tasks_.find(task);
  return at == tasks_.end() ? nullptr : &at->second;
}

sync::RecordId TaskOrder::task_of(const sync::RecordId& assignment) const {
  const auto at = task_of_.find(assignment);
  return at == task_of_.end() ? sync::RecordId{} : at->second;
}

std::vector<sync::RecordId> TaskOrder::sub_tasks_of(const sync::RecordId& assignment) const {
  const auto at = sub_tasks_.find(assignment);
  return at == sub_tasks_.end() ? std::vector<sync::RecordId>{} : at->second;
}

std::vector<sync::RecordId> TaskOrder::with_ref(std::string_view ref) const {
  std::vector<sync::RecordId> found;
  for (const sync::RecordId& id : order_)
    if (tasks_.at(id).ref == ref) found.push_back(id);
  return found;
}

}  // namespace tram::station
