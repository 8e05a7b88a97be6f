// Every fuzz target, each in the file of its name.
#pragma once
#include "tests/fuzz/target.h"

namespace tram::fuzz {

extern const Target apply;
extern const Target attachment_frames;
extern const Target audit;
extern const Target calendar;
extern const Target canonical_json;
extern const Target changeset;
extern const Target container;
extern const Target control_message;
extern const Target criteria;
extern const Target csv;
extern const Target damaged_database;
extern const Target deadline;
extern const Target directory_chain;
extern const Target directory_entry;
extern const Target encodings;
extern const Target enrolment;
extern const Target fence;
extern const Target frames;
extern const Target http_origin;
extern const Target http_request;
extern const Target json_body;
extern const Target key_file;
extern const Target keystore;
extern const Target log_chain;
extern const Target operations;
extern const Target outline;
extern const Target part_frames;
extern const Target payload;
extern const Target plan_import;
extern const Target policy;
extern const Target receipt;
extern const Target report;
extern const Target rotation;
extern const Target segment;
extern const Target snapshot;
extern const Target stick_scan;
extern const Target stream_chain;
extern const Target text;
extern const Target text_signature;
extern const Target values;
extern const Target workbook;

}  // namespace tram::fuzz
