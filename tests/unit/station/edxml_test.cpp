#include "station/workbook/edxml.h"

#include <gtest/gtest.h>

#include "tasks/plan_document.h"
#include "tests/unit/tasks/case_builders.h"

namespace tram::station {
namespace {

using tasks::errc;
using tasks::make_error_code;
using tasks::testing::file;
using tasks::testing::on;

std::string sample() {
  return file("edxml/assignment.edxml");
}
std::string with(std::string_view found, std::string_view put) {
  std::string xml = sample();
  const std::size_t at = xml.find(found);
  EXPECT_NE(at, std::string::npos) << found;
  return xml.replace(at, found.size(), put);
}

TEST(Edxml, TheHeaderIsReadInBrief) {
  const Envelope e = read_edxml(sample()).value();
  EXPECT_EQ(e.number, "406");
  EXPECT_EQ(e.symbol, "KH/TU");
  EXPECT_EQ(e.kind, "Kế hoạch");
  EXPECT_EQ(e.subject, "Kế hoạch tiếp tục sắp xếp tổ chức bộ máy & \"nhân sự\"");
  EXPECT_EQ(e.place, "Hưng Yên");
  EXPECT_EQ(e.sender, "Tỉnh ủy Hưng Yên") << "of the one that sends, not of those it goes to";
  EXPECT_EQ(e.signer, "Nguyễn Văn A");
  EXPECT_EQ(e.issued_on, on("2025-04-14"));
  EXPECT_EQ(e.due_on, on("2025-06-30")) << "day first, as people write it";
  EXPECT_EQ(e.urgency, 2);
  EXPECT_EQ(e.steering, 2);
  EXPECT_EQ(e.envelope, EnvelopeKind::issue);
}

TEST(Edxml, ItFillsADocumentFileAndLeavesBodiesAndClassToAPerson) {
  const std::string csv = envelope_as_csv(read_edxml(sample()).value());
  tasks::Problems none;
  EXPECT_FALSE(tasks::parse_plan_document(csv, {}, tasks::Zone::open, none)) << "nobody said its class";
  std::string named = csv;
  for (const auto& [empty, value] : {std::pair{"confidentiality,\"\"", "confidentiality,normal"},
                                     {"issued_by,\"\"", "issued_by,hy.btv"},
                                     {"assigning_body,\"\"", "assigning_body,hy.btv"},
                                     {"follow_up_body,\"\"", "follow_up_body,hy.btc"}})
    named.replace(named.find(empty), std::string_view(empty).size(), value);
  const auto bodies = tasks::parse_organisations(file("hung-yen/organisations.csv"), {});
  tasks::Problems problems;
  const auto document = tasks::parse_plan_document(named, *bodies.value, tasks::Zone::open, problems);
  ASSERT_TRUE(document && problems.empty());
  EXPECT_EQ(document->number, "406");
  EXPECT_EQ(document->issued_on, on("2025-04-14"));
  EXPECT_EQ(document->name, read_edxml(sample())->subject);
}

TEST(Edxml, WhatAnEnvelopeDoesIsTold) {
  constexpr std::string_view kNames[] = {"new", "recall", "update", "replace"};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto e = read_edxml(with("<BussinessDocType>0", "<BussinessDocType>" + std::to_string(i)));
    ASSERT_TRUE(e);
    EXPECT_EQ(name_of(e->envelope), kNames[i]);
  }
}

TEST(Edxml, WhatIsNoEnvelopeIsRefused) {
  const std::string bad[] = {
      "",
      "<x/>",
      "<edXML/>",
      with("<MessageHeader>", "<Header>"),
      with("<edXML ", "<!DOCTYPE a [<!ENTITY b \"c\">]><edXML "),
      with("<Priority>2", "<Priority>5"),
      with("<Priority>2", "<Priority>two"),
      with("<BussinessDocType>0", "<BussinessDocType>4"),
      with("2025/04/14", "2025/02/30"),
      with("30/06/2025", "soon"),
      with("<Subject>", "<Subject>" + std::string(kMaxEnvelopeField, 'x')),
  };
  for (const std::string& xml : bad) {
    const auto read = read_edxml(xml);
    ASSERT_FALSE(read) << xml.substr(0, 200);
    EXPECT_EQ(read.error(), make_error_code(errc::bad_envelope));
  }
  for (std::size_t cut = 0; cut < sample().find("</MessageHeader>"); cut += 7)
    EXPECT_FALSE(read_edxml(sample().substr(0, cut))) << cut;
}

}  // namespace
}  // namespace tram::station
