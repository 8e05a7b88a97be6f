// Reads the document file of a plan, class first (R9). A part of plan_import.h, for its use alone.
#pragma once
#include "tasks/csv.h"
#include "tasks/plan_import.h"

namespace tram::tasks {

// Nothing, with at least one problem, if the document is refused; problems may be added beside a value, too.
// A refusal for its class stands alone (R9).
std::optional<PlanDocument> parse_plan_document(std::string_view csv, const Directory& directory, Zone zone,
                                                Problems& problems);

}  // namespace tram::tasks
