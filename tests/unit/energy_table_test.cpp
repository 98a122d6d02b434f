// Energy tables: the committed one is whole, the reader is strict, prices follow the documented rule.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "energy/table.hpp"
#include "tests/support/error_of.hpp"

namespace sigdel::energy {
namespace {

using sigdel::test::error_of;
using testing::HasSubstr;

const std::string kTables = SIGDEL_SOURCE_DIR "/energy/tables";

/// A valid table of one coefficient per line, with one text replaced by another.
std::string table_text(const std::string& from = "", const std::string& to = "") {
  std::string text =
      "format: sigdel-energy-table\n"                                                            // 1
      "version: 1\n"                                                                             // 2
      "name: tiny\n"                                                                             // 3
      "description: for tests\n"                                                                 // 4
      "technology_nm: 45\n"                                                                      // 5
      "voltage_v: 0.9\n"                                                                         // 6
      "sources: {book: A book (p. 7)}\n"                                                         // 7
      "coefficients:\n"                                                                          // 8
      "- {action: add, bits: 32, energy_pj: 0.5, kind: measured, source: book, note: a note}\n"  // 9
      "- {action: weight_read, bits: 64, memory_bytes: 1024, energy_pj: 4, kind: simulated, source: book}\n"
      "- {action: weight_read, bits: 64, memory_bytes: 4096, energy_pj: 8, kind: simulated, source: book}\n"
      "- {action: weight_read, bits: 64, memory_bytes: 65536, energy_pj: 64, kind: simulated, source: book}\n"
      "- {action: state_read, bits: 64, memory_bytes: 1024, energy_pj: 4, kind: simulated, source: book}\n";
  if (const std::size_t place = from.empty() ? std::string::npos : text.find(from); place != std::string::npos) {
    text.replace(place, from.size(), to);
  } else if (!from.empty()) {
    ADD_FAILURE() << "no '" << from << "' in the table";
  }
  return text;
}

TEST(EnergyTable, ReadsEveryField) {
  const Table table = parse_table(table_text(), "tiny.yaml");
  EXPECT_EQ(table.name, "tiny");
  EXPECT_EQ(table.description, "for tests");
  EXPECT_EQ(table.technology_nm, 45);
  EXPECT_EQ(table.voltage, 0.9);
  ASSERT_EQ(table.coefficients.size(), 5U);
  const Coefficient& add = table.coefficients[0];
  EXPECT_EQ(add.action, Action::kAdd);
  EXPECT_EQ(add.bits, 32U);
  EXPECT_EQ(add.energy.value, 0.5);
  EXPECT_EQ(add.kind, Kind::kMeasured);
  EXPECT_EQ(add.source, "A book (p. 7); a note");
  EXPECT_EQ(table.coefficients[3].memory_bytes, 65536U);
}

struct BadTable {
  const char* name;
  const char* from;
  const char* to;
  const char* message;  ///< begins with file:line
};

class EnergyTableRefuses : public testing::TestWithParam<BadTable> {};

TEST_P(EnergyTableRefuses, WithFileLineAndKey) {
  const std::string text = table_text(GetParam().from, GetParam().to);
  EXPECT_THAT(error_of([&] { (void)parse_table(text, "t.yaml"); }), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, EnergyTableRefuses,
    testing::Values(
        BadTable{"UnknownKey", "voltage_v", "volts", "t.yaml:6: volts: unknown key; known: format"},
        BadTable{"UnknownCoefficientKey", "note:", "notes:", "t.yaml:9: coefficients[0].notes: unknown key"},
        BadTable{"MissingKey", "voltage_v: 0.9\n", "", "t.yaml:1: missing key 'voltage_v'"},
        BadTable{"KeyTwice", "voltage_v", "name: again\nvoltage_v", "t.yaml:6: name: given twice"},
        BadTable{"OtherFormat", "sigdel-energy-table", "other", "t.yaml:1: format: expected 'sigdel-energy-table'"},
        BadTable{"OtherVersion", "version: 1", "version: 2", "t.yaml:2: version: expected 1, found '2'"},
        BadTable{"EmptyName", "name: tiny", "name: ' '", "t.yaml:3: name: expected a text"},
        BadTable{"NegativeVoltage", "0.9", "-1", "t.yaml:6: voltage_v: expected a voltage in V, found '-1'"},
        BadTable{"UnknownAction", "action: add", "action: divide", "t.yaml:9: coefficients[0].action: expected one of"},
        BadTable{"WrongKind", "measured", "guessed",
                 "t.yaml:9: coefficients[0].kind: expected one of measured, simulated, scaled, assumed, found"},
        BadTable{"MissingSource", ", source: book, note", ", note", "t.yaml:9: coefficients[0]: missing key 'source'"},
        BadTable{"UnknownSource", "source: book, note", "source: web, note",
                 "t.yaml:9: coefficients[0].source: 'web' is not one of the table's sources"},
        BadTable{"EmptySource", "A book (p. 7)", "''", "t.yaml:7: sources.book: expected a text"},
        BadTable{"NegativeEnergy", "energy_pj: 0.5", "energy_pj: -0.5",
                 "t.yaml:9: coefficients[0].energy_pj: expected a finite energy in pJ that is not negative"},
        BadTable{"NotANumber", "energy_pj: 0.5", "energy_pj: .nan", "t.yaml:9: coefficients[0].energy_pj: expected"},
        BadTable{"Infinite", "energy_pj: 0.5", "energy_pj: inf", "t.yaml:9: coefficients[0].energy_pj: expected"},
        BadTable{"HalfANumber", "energy_pj: 0.5", "energy_pj: 12abc", "coefficients[0].energy_pj: expected"},
        BadTable{"OneSizeForNothing", "energy_pj: 4,", "energy_pj: 0,",
                 "t.yaml:11: coefficients[2].energy_pj: expected more than 0 pJ, as in another size"},
        BadTable{"AnySizeAndOne", "memory_bytes: 4096", "memory_bytes: any",
                 "t.yaml:11: coefficients[2]: a second coefficient for weight_read of 64 bits"},
        BadTable{"PowerOfAnAdd", "energy_pj: 0.5", "power_uw: 0.5",
                 "t.yaml:9: coefficients[0].power_uw: for leakage only; add has an energy_pj"},
        BadTable{"EnergyOfLeakage", "action: add, bits: 32", "action: core_leakage",
                 "t.yaml:9: coefficients[0].energy_pj: core_leakage has a power_uw"},
        BadTable{"WidthOfLeakage", "action: add, bits: 32, energy_pj", "action: core_leakage, bits: 32, power_uw",
                 "t.yaml:9: coefficients[0].bits: core_leakage has no width"},
        BadTable{"NegativePower", "action: add, bits: 32, energy_pj: 0", "action: core_leakage, power_uw: -1",
                 "t.yaml:9: coefficients[0].power_uw: expected a finite power in uW"},
        BadTable{"OtherCells", "action: add, bits: 32, energy_pj", "action: core_leakage, cells: fast, power_uw",
                 "t.yaml:9: coefficients[0].cells: expected one of hp, lop, lstp, found 'fast'"},
        BadTable{"CellsOfAnAdd", "bits: 32,", "bits: 32, cells: hp,", "t.yaml:9: coefficients[0].cells: for leakage"},
        BadTable{"NegativeBits", "bits: 32", "bits: -32", "t.yaml:9: coefficients[0].bits: expected a number of bits"},
        BadTable{"NoBits", "bits: 32", "bits: 0", "t.yaml:9: coefficients[0].bits: expected at least 1 bit"},
        BadTable{"NoMemorySize", "memory_bytes: 1024, ", "", "t.yaml:10: coefficients[1]: missing key 'memory_bytes'"},
        BadTable{"ZeroMemorySize", "memory_bytes: 1024", "memory_bytes: 0", "t.yaml:10: coefficients[1].memory_bytes:"},
        BadTable{"MemorySizeOfAnAdd", "bits: 32,", "bits: 32, memory_bytes: 8,",
                 "t.yaml:9: coefficients[0].memory_bytes: add has no memory size"},
        BadTable{"Duplicate", "memory_bytes: 4096", "memory_bytes: 1024",
                 "t.yaml:11: coefficients[2]: a second coefficient for weight_read of 64 bits in 1024 bytes"},
        BadTable{"NotYaml", "{action: add", "{action: [add", "t.yaml:9: not valid YAML"},
        BadTable{"NotAMap", "{book: A book (p. 7)}", "book", "t.yaml:7: sources: expected a map"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(EnergyTable, RefusesAFileThatIsNoTable) {
  EXPECT_THAT(error_of([] { (void)parse_table("", "t.yaml"); }), HasSubstr("expected an energy table"));
  EXPECT_THAT(error_of([] { (void)parse_table("- 1\n", "t.yaml"); }), HasSubstr("expected an energy table"));
}

TEST(EnergyTable, UnknownNameListsTheAvailableOnes) {
  EXPECT_THAT(error_of([] { (void)read_table("horowitz-54nm", kTables); }),
              HasSubstr("energy table 'horowitz-54nm' does not exist; available: horowitz-45nm"));
  EXPECT_THAT(error_of([] { (void)read_table("./none.yaml", kTables); }),
              HasSubstr("./none.yaml: there is no such file"));
  EXPECT_THAT(error_of([] { (void)read_table("/", kTables); }), HasSubstr("this is a folder"));
  const std::string too_long(300, 'x');
  EXPECT_THAT(error_of([&] { (void)read_table(too_long, kTables); }), HasSubstr("does not exist; available"));
  EXPECT_THAT(error_of([&] { (void)read_table("./" + too_long, kTables); }), HasSubstr("cannot be read"));
}

TEST(EnergyTable, HorowitzHasEveryActionAndIsFoundByNameAndFile) {
  const Table table = read_table("horowitz-45nm", kTables);
  EXPECT_EQ(table.name, "horowitz-45nm");
  EXPECT_EQ(read_table(kTables + "/horowitz-45nm.yaml", "").coefficients.size(), table.coefficients.size());
  for (const Action action : all_of<Action>()) {
    if (category_of(action) >= Category::kOffChip) {
      continue;  // other widths; see below
    }
    if (category_of(action) != Category::kArithmetic) {
      const Price price = price_of(table, action, 64, needs_memory_size(action) ? 65536 : 0);
      EXPECT_GT(price.energy.value, 0) << name_of(action);
      continue;
    }
    for (const std::uint32_t bits : {8U, 16U, 32U}) {
      EXPECT_GT(price_of(table, action, bits, 0).energy.value, 0) << name_of(action) << bits;
    }
  }
}

/// A table of one leakage row per line of `rows`, at 500 MHz.
Table leakage_table(const std::string& rows, SramCells cells, int temperature_k) {
  const std::string head = table_text();
  return at_conditions(parse_table(head + rows, "t.yaml"), {cells, temperature_k, 500});
}

const std::string kMemoryLeakage =
    "- {action: weight_leakage, memory_bytes: 1024, power_uw: 500, cells: hp, temperature_k: 320, kind: measured, "
    "source: book}\n"
    "- {action: weight_leakage, memory_bytes: 1024, power_uw: 900, cells: hp, temperature_k: 360, kind: measured, "
    "source: book}\n"
    "- {action: weight_leakage, memory_bytes: 1024, power_uw: 5, cells: lop, kind: assumed, source: book}\n"
    "- {action: router_leakage, bits: 64, power_uw: 3000, kind: simulated, source: book}\n";

TEST(Leakage, PowerTimesACycleForTheChosenCellsAndTemperature) {
  const auto price = [](SramCells cells, int temperature, std::uint64_t bytes) {
    return price_of(leakage_table(kMemoryLeakage, cells, temperature), Action::kWeightLeakage, 0, bytes);
  };
  EXPECT_DOUBLE_EQ(price(SramCells::kHp, 320, 1024).energy.value, 1);  // 500 uW / 500 MHz
  EXPECT_DOUBLE_EQ(price(SramCells::kHp, 320, 3072).energy.value, 3);  // in proportion to the size
  EXPECT_DOUBLE_EQ(price(SramCells::kHp, 360, 1024).energy.value, 1.8);
  EXPECT_DOUBLE_EQ(price(SramCells::kLop, 320, 512).energy.value, 0.005);
  EXPECT_DOUBLE_EQ(price(SramCells::kLop, 360, 512).energy.value, 0.005);  // holds for every temperature
  EXPECT_EQ(price(SramCells::kHp, 320, 1024).kind, Kind::kScaled);
  EXPECT_EQ(price(SramCells::kLop, 320, 1024).kind, Kind::kAssumed);
  const Price router = price_of(leakage_table(kMemoryLeakage, SramCells::kHp, 320), Action::kRouterLeakage, 64, 0);
  EXPECT_DOUBLE_EQ(router.energy.value, 6);
  EXPECT_EQ(router.kind, Kind::kSimulated);
}

TEST(Leakage, RefusesConditionsThatTheTableHasNot) {
  const Table table = leakage_table(kMemoryLeakage, SramCells::kLstp, 320);
  EXPECT_THAT(error_of([&] { (void)price_of(table, Action::kWeightLeakage, 0, 1024); }),
              HasSubstr("'tiny' has no coefficient for weight_leakage (at lstp cells, 320 K)"));
}

TEST(Leakage, OneRowForAConditionAndAll) {
  const std::string again =
      "- {action: weight_leakage, memory_bytes: 2048, power_uw: 5, kind: assumed, source: book}\n";
  EXPECT_THAT(error_of([&] { (void)leakage_table(kMemoryLeakage + again, SramCells::kHp, 320); }),
              HasSubstr("coefficients[9]: a second coefficient for weight_leakage in 2048 bytes"));
}

TEST(PriceOf, AFigureForEverySizeMayBeZero) {
  const Table table =
      parse_table(table_text("- {action: state_read, bits: 64, memory_bytes: 1024, energy_pj: 4, kind: simulated",
                             "- {action: state_read, bits: 64, memory_bytes: any, energy_pj: 0, kind: assumed"),
                  "t.yaml");
  for (const std::uint64_t bytes : {1024U, 12345U}) {
    EXPECT_EQ(price_of(table, Action::kStateRead, 64, bytes).energy.value, 0);
    EXPECT_EQ(price_of(table, Action::kStateRead, 64, bytes).kind, Kind::kAssumed);
  }
}

TEST(EnergyTable, HorowitzHasOffChipAndStaticPrices) {
  const Table shipped = read_table("horowitz-45nm", kTables);
  for (const int temperature : {320, 360}) {
    for (const SramCells cells : all_of<SramCells>()) {
      const Table table = at_conditions(shipped, {cells, temperature, 500});
      for (const Action action : {Action::kWeightLeakage, Action::kStateLeakage}) {
        EXPECT_GT(price_of(table, action, 0, 8192).energy.value, 0);
      }
    }
  }
  const Table table = at_conditions(shipped, {SramCells::kHp, 320, 500});
  // CACTI: 0.69 to 0.82 mW per KiB, the middle; 131 uW or so per KiB and MHz
  EXPECT_NEAR(price_of(table, Action::kWeightLeakage, 0, 1024).energy.value, (690.0 + 820) / 2 / 500, 1e-12);
  EXPECT_NEAR(price_of(table, Action::kRouterLeakage, 32, 0).energy.value, 3000.0 / 500, 1e-12);
  EXPECT_EQ(price_of(table, Action::kRouterClock, 32, 0).energy.value, 0.31);
  // A burst and its share of an activation make LPDDR4's 8 pJ per bit.
  const double row = price_of(table, Action::kDramActivate, 16384, 0).energy.value / 16384;
  for (const std::uint32_t bits : {128U, 256U, 512U}) {
    EXPECT_NEAR(price_of(table, Action::kDramRead, bits, 0).energy.value / bits + row, 8, 1e-9);
    EXPECT_EQ(price_of(table, Action::kDramWrite, bits, 0).energy, price_of(table, Action::kDramRead, bits, 0).energy);
  }
}

TEST(EnergyTable, HorowitzHasThePublishedFigures) {
  const Table table = read_table("horowitz-45nm", kTables);
  EXPECT_EQ(price_of(table, Action::kAdd, 8, 0).energy.value, 0.03);
  EXPECT_EQ(price_of(table, Action::kAdd, 32, 0).energy.value, 0.1);
  EXPECT_EQ(price_of(table, Action::kMultiply, 8, 0).energy.value, 0.2);
  EXPECT_EQ(price_of(table, Action::kMultiply, 32, 0).energy.value, 3.1);
  EXPECT_EQ(price_of(table, Action::kMultiply, 16, 0).kind, Kind::kScaled);
  EXPECT_EQ(price_of(table, Action::kCompare, 32, 0).kind, Kind::kAssumed);
  EXPECT_EQ(price_of(table, Action::kRouterTraverse, 64, 0).energy.value, 1.23);  // 2 x 0.55 + 0.13
  EXPECT_EQ(price_of(table, Action::kLinkTraverse, 64, 0).energy.value, 2.56);    // 64 x 0.04
  for (const Coefficient& row : table.coefficients) {
    EXPECT_NE(row.kind, Kind::kMeasured);
    EXPECT_GT(row.source.size(), 20U);
  }
}

TEST(PriceOf, SubtractAndRoundCostAnAdd) {
  const Table table = read_table("horowitz-45nm", kTables);
  for (const std::uint32_t bits : {8U, 16U, 32U}) {
    const Picojoules add = price_of(table, Action::kAdd, bits, 0).energy;
    EXPECT_EQ(price_of(table, Action::kSubtract, bits, 0).energy, add);
    EXPECT_EQ(price_of(table, Action::kRound, bits, 0).energy, add);
  }
}

TEST(PriceOf, ExactAtPublishedSizes) {
  const Table table = parse_table(table_text(), "t.yaml");
  for (const auto& [bytes, energy] : {std::pair{1024U, 4.0}, std::pair{4096U, 8.0}, std::pair{65536U, 64.0}}) {
    const Price price = price_of(table, Action::kWeightRead, 64, bytes);
    EXPECT_EQ(price.energy.value, energy);
    EXPECT_EQ(price.kind, Kind::kSimulated);
    EXPECT_EQ(price.source, "A book (p. 7)");
  }
}

TEST(PriceOf, PowerLawBetweenNeighboursIsScaled) {
  const Table table = parse_table(table_text(), "t.yaml");
  const Price half = price_of(table, Action::kWeightRead, 64, 2048);  // exponent 1/2: 4 sqrt(2)
  EXPECT_NEAR(half.energy.value, 4 * std::sqrt(2.0), 1e-12);
  EXPECT_EQ(half.kind, Kind::kScaled);
  EXPECT_THAT(half.source, HasSubstr("interpolated between the figures for 1024 and 4096 bytes"));
  const Price upper = price_of(table, Action::kWeightRead, 64, 16384);  // exponent 3/4: 8 * 4^(3/4)
  EXPECT_NEAR(upper.energy.value, 8 * std::pow(4, 0.75), 1e-12);
  EXPECT_EQ(upper.kind, Kind::kScaled);
}

TEST(PriceOf, NearestPairContinuedOutsideIsAssumed) {
  const Table table = parse_table(table_text(), "t.yaml");
  const Price below = price_of(table, Action::kWeightRead, 64, 256);
  EXPECT_NEAR(below.energy.value, 2, 1e-12);
  EXPECT_EQ(below.kind, Kind::kAssumed);
  const Price above = price_of(table, Action::kWeightRead, 64, 65536 * 16);
  EXPECT_NEAR(above.energy.value, 64 * 8, 1e-9);
  EXPECT_EQ(above.kind, Kind::kAssumed);
  EXPECT_THAT(above.source, HasSubstr("extrapolated from"));
}

TEST(PriceOf, InterpolationIsNotBetterThanItsEnds) {
  const Table table = parse_table(table_text("simulated", "assumed"), "t.yaml");
  EXPECT_EQ(price_of(table, Action::kWeightRead, 64, 2048).kind, Kind::kAssumed);
  EXPECT_EQ(price_of(table, Action::kWeightRead, 64, 16384).kind, Kind::kScaled);
}

TEST(PriceOf, RefusesWhatTheTableHasNot) {
  const Table table = parse_table(table_text(), "t.yaml");
  const auto error = [&](Action action, std::uint32_t bits, std::uint64_t bytes) {
    return error_of([&] { (void)price_of(table, action, bits, bytes); });
  };
  EXPECT_THAT(error(Action::kAdd, 24, 0), HasSubstr("'tiny' has no coefficient for add of 24 bits (it has 32 bits)"));
  EXPECT_THAT(error(Action::kMultiply, 8, 0), HasSubstr("no coefficient for multiply of 8 bits (it has no width)"));
  EXPECT_THAT(error(Action::kWeightRead, 32, 1024), HasSubstr("weight_read of 32 bits"));
  EXPECT_THAT(error(Action::kWeightRead, 64, 0), HasSubstr("needs the size of the memory"));
  EXPECT_THAT(error(Action::kAdd, 32, 1024), HasSubstr("add has no memory size, 1024 bytes given"));
  EXPECT_THAT(error(Action::kStateRead, 64, 2048), HasSubstr("is given for 1024 bytes only, 2048 bytes needed"));
  EXPECT_NO_THROW((void)price_of(table, Action::kStateRead, 64, 1024));
}

}  // namespace
}  // namespace sigdel::energy
