// Z15: text: normal form, what the wire takes, names on a stick, sorting and searching. Input: which, and the text.
#include "tasks/text.h"

#include "station/stick/shown_name.h"
#include "station/text_order.h"
#include "sync/text.h"
#include "tests/fuzz/draw.h"
#include "tests/fuzz/targets.h"

namespace tram::fuzz {
namespace {

void check_normal_form(std::string_view text) {
  if (sync::valid_text(text))
    hold(tasks::is_clean_utf8(text) && tasks::to_nfc(text) == text, "the wire takes NFC alone");
  if (!tasks::is_clean_utf8(text)) return;
  const std::string normal = tasks::to_nfc(text);
  hold(tasks::is_clean_utf8(normal), "a normal form is UTF-8");
  hold(tasks::to_nfc(normal) == normal, "a normal form is normal");
  for (const std::string_view word : tasks::words_of(text)) {
    hold(!word.empty() && tasks::trimmed(word) == word, "a word has no space around it");
    hold(text.find(word) != std::string_view::npos, "a word stands in the text");
  }
}

void check_shown_name(std::string_view name) {
  const std::string shown = station::shown_name(name);
  hold(shown.size() <= 120, "a shown name keeps its bound");
  hold(shown.empty() || tasks::is_clean_utf8(shown), "a shown name is UTF-8");
  hold(!tasks::has_control_character(shown), "a shown name holds no control character");
  hold(station::shown_name(shown) == shown, "a shown name is shown as it is");
  for (const std::string_view turning : {"\u202E", "\u2066", "\u200F", "\u061C", "\uFEFF"})
    hold(shown.find(turning) == std::string::npos, "nothing turns the direction of reading");
}

void run(ByteView input) {
  Draw draw(input);
  const std::size_t which = draw.below(3);
  const std::string_view text = as_text(draw.rest());
  if (which == 0) return check_normal_form(text);
  if (which == 1) return check_shown_name(text);
  const std::string key = station::natural_key(text);
  hold(key.size() <= 2 * text.size(), "a key is bounded");
  if (!tasks::is_clean_utf8(text)) return;
  hold(station::contains_folded(text, text), "a text contains itself");
  hold(station::contains_folded(text, ""), "a text contains nothing");
}

void seeds(const AddSeed& add) {
  const std::string_view texts[] = {
      "Nguyễn Văn Đức",    "ກະຊວງ ກະສິກໍາ", "ក្រសួង កសិកម្ម", "II.2 II.10 007", "a\u0301\u202Eb\x01 \xC3\x28",
      "Nguye\u0302\u0303n"};
  std::uint8_t number = 0;
  for (const std::string_view text : texts)
    for (std::uint8_t which = 0; which < 3; ++which)
      add("text_" + std::to_string(++number), with_choice(which, as_bytes(text)));
  add("long_name", with_choice(1, as_bytes(std::string(255, '\x07'))));
}

}  // namespace

const Target text{"text", 8u << 10, "tasks/text.cpp station/stick/shown_name.cpp station/text_order.cpp sync/text.cpp",
                  run, seeds};

}  // namespace tram::fuzz
