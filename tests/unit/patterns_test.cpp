// Shell-style patterns: what they match, and which two have a name in common.
#include <gtest/gtest.h>

#include "models/base/random.hpp"
#include "scenarios/blocks.hpp"

namespace sigdel::scenarios {
namespace {

/// All texts of a, b and c of up to `length` characters.
std::vector<std::string> texts(std::size_t length) {
  std::vector<std::string> all{""};
  for (std::size_t begin = 0; length > 0; --length) {
    const std::size_t end = all.size();
    for (; begin < end; ++begin) {
      for (const char c : {'a', 'b', 'c'}) {
        all.push_back(all[begin] + c);
      }
    }
  }
  return all;
}

std::string random_pattern(Random& random) {
  static const std::vector<std::string> kParts{"a", "b", "c", "a", "b", "?", "*", "*", "[a-c]", "[!]]", "[]abc]"};
  std::string pattern;
  for (std::uint64_t parts = random.below(5); parts > 0; --parts) {
    pattern += kParts[random.below(kParts.size())];
  }
  return pattern;
}

TEST(Patterns, AgreeIfSomeNameMatchesBoth) {
  const auto names = texts(8);
  Random random(20261128);
  int agreeing = 0;
  for (int round = 0; round < 300; ++round) {
    const std::string a = random_pattern(random);
    const std::string b = random_pattern(random);
    const bool agree = std::any_of(names.begin(), names.end(),
                                   [&](const std::string& name) { return matches(a, name) && matches(b, name); });
    EXPECT_EQ(can_agree(a, b), agree) << a << " and " << b;
    EXPECT_EQ(can_agree(b, a), agree) << b << " and " << a;
    agreeing += agree ? 1 : 0;
  }
  EXPECT_GT(agreeing, 50);
  EXPECT_LT(agreeing, 250);
}

TEST(Patterns, AClassIsAnyCharacter) {
  EXPECT_TRUE(can_agree("core_[0-1]", "core_7"));
  EXPECT_FALSE(can_agree("core_[0-1]", "core_"));
  EXPECT_FALSE(can_agree("core_[0-1]", "core_10"));
  EXPECT_TRUE(can_agree("[", "["));  // one without an end is itself
}

}  // namespace
}  // namespace sigdel::scenarios
