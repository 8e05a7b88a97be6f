// Which tasks the store holds, in the order in which people read them (by document, then by ref: II.2 before II.10),
// and which assignments each has. All of it stands in fields that are written once, so what was read stays true: only
// what is new is read again. So a page of a long list reads the rows of that page alone.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "station/store/sqlite_store.h"

namespace tram::station {

class TaskOrder {
 public:
  struct Place {
    sync::RecordId document;
    sync::RecordId parent;  // of a sub-task: the assignment that it is a part of (R18); zero for others
    std::string ref;
    std::string key;  // natural_key of the ref
    std::vector<sync::RecordId> assignments;
  };

  // Takes in what the store has now. Cheap where nothing was written since.
  void refresh(SqliteStore& store, Connection& connection);

  const std::vector<sync::RecordId>& in_order() const { return order_; }
  // Null for a task that is not here.
  const Place* place(const sync::RecordId& task) const;
  // The task of an assignment; zero for one that is not here.
  sync::RecordId task_of(const sync::RecordId& assignment) const;
  // The sub-tasks of an assignment that are here, in their order.
  std::vector<sync::RecordId> sub_tasks_of(const sync::RecordId& assignment) const;
  // All tasks with this ref.
  std::vector<sync::RecordId> with_ref(std::string_view ref) const;

 private:
  void read_tasks(SqliteStore& store);
  void read_assignments(SqliteStore& store);
  void sort(SqliteStore& store);
  // The document of a task; of a sub-task that of its parent, as far as it is here.
  sync::RecordId document_of(const Place& place) const;

  std::map<sync::RecordId, Place> tasks_;
  std::map<sync::RecordId, sync::RecordId> task_of_;                 // by assignment
  std::map<sync::RecordId, std::vector<sync::RecordId>> sub_tasks_;  // by assignment
  std::vector<sync::RecordId> order_;
  std::map<sync::RecordId, std::string> labels_;  // of documents, as sorted
  std::int64_t changes_ = -1;                     // of the connection when it was read
  bool changed_ = true;
};

// "406-KH/TU": number and symbol of a document.
std::string document_label(std::string_view number, std::string_view symbol);

}  // namespace tram::station
