/// SystemC's library asks for sc_main, which it would call from a main() of its own; ours is in test_main.cpp.
extern "C" int sc_main(int /*argc*/, char** /*argv*/) { return 0; }
