#include "scenarios/document.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/keys.hpp"

namespace sigdel::scenarios {
namespace {

constexpr std::uintmax_t kMaxBytes = 1U << 20U;

std::string read_text_file(const std::string& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) {
    fail("{}: there is no such file", file);
  }
  if (std::filesystem::is_directory(status)) {
    fail("{}: this is a folder, not a scenario file", file);
  }
  if (std::filesystem::is_regular_file(status) && std::filesystem::file_size(file, error) > kMaxBytes) {
    fail("{}: too large for a scenario file (more than 1 MiB)", file);
  }
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in.is_open() || in.bad()) {
    fail("{}: cannot be read", file);
  }
  return text.str();
}

YAML::Node parse_text(const std::string& file, const std::string& text) {
  std::vector<YAML::Node> documents;
  try {
    documents = YAML::LoadAll(text);
  } catch (const YAML::Exception& e) {
    fail("{}:{}: this is not YAML: {}", file, e.mark.line + 1, e.msg);
  }
  if (documents.empty() || documents.front().IsNull()) {
    fail("{}: the file is empty; docs/formats/scenario.md shows an example", file);
  }
  if (documents.size() > 1) {
    fail("{}:{}: a second YAML document ('---'); a scenario file holds one", file, documents[1].Mark().line + 1);
  }
  if (!documents.front().IsMap()) {
    fail("{}:{}: expected keys with values (key: value), found a {}", file, documents.front().Mark().line + 1,
         documents.front().IsSequence() ? "list" : "text");
  }
  return documents.front();
}

/// Walks down to the known keys.
class Walk {
 public:
  Walk(Document& document, Problems& problems) : document_(document), problems_(problems) {}

  void section(const YAML::Node& map, const std::string& prefix) {
    for (const auto& pair : map) {
      const YAML::Node& key = pair.first;
      const std::string place = fmt::format("{}:{}", document_.file, key.Mark().line + 1);
      if (key.IsScalar()) {
        item(prefix.empty() ? key.Scalar() : prefix + "." + key.Scalar(), pair.second, place);
      } else {
        problems_.add(place, prefix, "expected the name of a key, found a list or mapping");
      }
    }
  }

 private:
  void item(const std::string& path, const YAML::Node& value, const std::string& place) {
    if (is_section(path)) {
      enter(path, value, place);
    } else if (find_key(path) == nullptr) {
      problems_.add(place, path, fmt::format("unknown key; {}", hint_for_unknown(path)));
    } else if (const auto [at, is_new] = document_.entries.try_emplace(path, Entry{value, {Source::kWritten, place}});
               !is_new) {
      problems_.add(place, path, fmt::format("written twice, first at {}", at->second.origin.place));
    }
  }

  void enter(const std::string& path, const YAML::Node& value, const std::string& place) {
    if (const auto [at, is_new] = document_.sections.try_emplace(path, place); !is_new) {
      problems_.add(place, path, fmt::format("written twice, first at {}", at->second));
    } else if (value.IsMap()) {
      section(value, path);
    } else if (!value.IsNull()) {  // an empty section has no keys: that is told where one is missing
      problems_.add(place, path,
                    value.IsScalar() ? fmt::format("expected a section with keys, found '{}'", value.Scalar())
                                     : "expected a section with keys, found a list");
    }
  }

  Document& document_;
  Problems& problems_;
};

}  // namespace

Document read_document(const std::string& file, Problems& problems) {
  const YAML::Node root = parse_text(file, read_text_file(file));
  Document document{file, {}, {}};
  Walk(document, problems).section(root, "");
  return document;
}

void apply_override(Document& document, const std::string& text, Problems& problems) {
  const std::string place = "--set " + text;
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    problems.add(place, "", "expected KEY=VALUE, as in machine.core.lanes=8");
    return;
  }
  const std::string path = text.substr(0, equals);
  if (find_key(path) == nullptr) {
    problems.add(
        place, path,
        is_section(path) ? "this is a section; set its keys one by one" : "unknown key; " + hint_for_unknown(path));
    return;
  }
  try {
    document.entries[path] = Entry{YAML::Load(text.substr(equals + 1)), {Source::kOverridden, place}};
  } catch (const YAML::Exception& e) {
    problems.add(place, path, fmt::format("the value is not YAML: {}", e.msg));
  }
}

}  // namespace sigdel::scenarios
