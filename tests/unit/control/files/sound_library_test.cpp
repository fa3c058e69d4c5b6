// Goal: a sound is decoded once per rate and encoded once per codec whoever asks, never more is kept than allowed, and
// a file that changes is heard by the next caller.
// Method: a directory of small files with values of their own, a real file thread, and a clock turned by hand.
#include "control/files/sound_library.h"

#include "codecs/g711.h"
#include "control/files/sound_file.h"
#include "control/files/sound_format.h"
#include "control/files/sound_output.h"
#include "unit/control/files/test_directory.h"

#include <gtest/gtest.h>

#include <future>

namespace rb::files {
namespace {

constexpr std::size_t kSecond = 8000;

class Sounds : public ::testing::Test {
protected:
    void use(std::size_t cache_bytes = 1'000'000)
    {
        SoundPlaces places{.sounds = directory.path() + "/sounds",
                           .recordings = directory.path() + "/recordings",
                           .cache_bytes = cache_bytes,
                           .seed = 5};
        for (const auto sort : {config::MusicSort::Alpha, config::MusicSort::Random, config::MusicSort::RandStart}) {
            const std::string name = std::to_string(static_cast<int>(sort));
            places.music[name] = {.name = name, .directory = directory.path() + "/moh", .sort = sort};
        }
        library.use(std::move(places));
    }
    void ask(std::vector<std::string> names, codecs::CodecId codec = codecs::CodecId::Pcmu)
    {
        library.load({.id = ++asked, .names = std::move(names), .language = language, .codec = codec}, now);
    }
    engine::SoundLoaded get(std::vector<std::string> names, codecs::CodecId codec = codecs::CodecId::Pcmu)
    {
        const std::size_t before = answers.size();
        ask(std::move(names), codec);
        EXPECT_TRUE(wait_for(thread, [&] { return answers.size() > before; }));
        return answers.back();
    }
    static int value_of(const bridges::Clip& clip) { return codecs::expand_ulaw(clip.frame(0)[0]); }

    TestDirectory directory;
    FileThread thread;
    std::vector<engine::SoundLoaded> answers;
    SoundLibrary library{thread, [this](engine::SoundLoaded loaded) { answers.push_back(std::move(loaded)); }};
    std::uint64_t asked = 0;
    std::string language = "en";
    Nanos now = 10s;
};

TEST_F(Sounds, AreReadOnceHoweverManyAsk)
{
    directory.write_sln("sounds/a.sln", 1000, kSecond);
    use();
    for (int i = 0; i < 5000; ++i) {
        ask({"a"});
    }
    ASSERT_TRUE(wait_for(thread, [&] { return answers.size() == 5000; }));
    ask({"a"});
    ASSERT_EQ(answers.size(), 5001);  // at once
    for (const auto& answer : answers) {
        ASSERT_EQ(answer.clips.size(), 1);
        EXPECT_EQ(answer.clips[0], answers[0].clips[0]);
    }
    EXPECT_EQ(library.reader().decoded(), 1);
    EXPECT_EQ(library.bytes(), kSecond);
}

TEST_F(Sounds, AreHeardInTheLanguageOfTheCall)
{
    directory.write_sln("sounds/en/a.sln", 1000, kSecond);
    directory.write_sln("sounds/de/a.sln", 4000, kSecond);
    directory.write_sln("sounds/de_AT/b.sln", 8000, kSecond);
    directory.write_sln("sounds/c.sln", 2000, kSecond);
    use();
    struct Case {
        const char* language;
        const char* name;
        int value;
    };
    for (const Case& one :
         {Case{"de", "a", 4000}, Case{"de_AT", "a", 4000}, Case{"de_AT", "b", 8000}, Case{"fr", "a", 1000},
          Case{"", "a", 1000}, Case{"de", "c", 2000}, Case{"../de", "a", 1000}, Case{"..", "a", 1000}}) {
        language = one.language;
        const auto loaded = get({one.name});
        ASSERT_EQ(loaded.clips.size(), 1) << one.language << one.name;
        EXPECT_NEAR(value_of(*loaded.clips[0]), one.value, 300) << one.language << one.name;
    }
    language = "fr";
    EXPECT_EQ(get({"b"}).problems.size(), 1U);
}

TEST_F(Sounds, AreDecodedOncePerRate)
{
    directory.write_sln("sounds/a.sln", 1000, kSecond);
    use();
    get({"a"}, codecs::CodecId::Pcmu);
    get({"a"}, codecs::CodecId::Pcma);
    get({"a"}, codecs::CodecId::L16_8);
    EXPECT_EQ(library.reader().decoded(), 1);
    get({"a"}, codecs::CodecId::L16_16);
    EXPECT_EQ(library.reader().decoded(), 2);
}

TEST_F(Sounds, ThatChangeAreHeardByTheNextCaller)
{
    directory.write_sln("sounds/a.sln", 1000, kSecond);
    use();
    EXPECT_NEAR(value_of(*get({"a"}).clips[0]), 1000, 50);
    directory.write_sln("sounds/a.sln", 8000, kSecond / 2);
    now += 2s;
    const auto changed = get({"a"});
    EXPECT_NEAR(value_of(*changed.clips[0]), 8000, 300);
    EXPECT_EQ(changed.clips[0]->frames(), 25);
    EXPECT_EQ(library.bytes(), kSecond / 2);
    now += 2s;
    EXPECT_EQ(get({"a"}).clips[0], changed.clips[0]);
    EXPECT_EQ(library.reader().decoded(), 2);
}

TEST_F(Sounds, ThatWereRecordedMayChangeAnyTime)
{
    directory.write_sln("recordings/a.sln", 1000, kSecond);
    use();
    get({"a"});
    directory.write_sln("recordings/a.sln", 8000, kSecond);
    EXPECT_NEAR(value_of(*get({"a"}).clips[0]), 8000, 300);
}

TEST_F(Sounds, AreKeptOnlyAsFarAsThereIsRoom)
{
    for (const char* name : {"a", "b", "c", "large"}) {
        directory.write_sln(std::string{"sounds/"} + name + ".sln", 1000, name[1] == 'a' ? 4 * kSecond : kSecond);
    }
    use(2 * kSecond);
    get({"a"});
    get({"b"});
    get({"a"});
    EXPECT_EQ(library.bytes(), 2 * kSecond);
    get({"c"});  // b goes, it was unused for longest
    EXPECT_EQ(library.bytes(), 2 * kSecond);
    const std::size_t before = answers.size();
    ask({"a"});
    EXPECT_EQ(answers.size(), before + 1);
    ask({"b"});
    EXPECT_EQ(answers.size(), before + 1);
    ASSERT_TRUE(wait_for(thread, [&] { return answers.size() == before + 2; }));
    EXPECT_EQ(get({"large"}).clips.size(), 1);  // played, and not kept
    EXPECT_LE(library.bytes(), 2 * kSecond);
}

TEST_F(Sounds, ThatAreMissingAreNamedAndTheOthersCome)
{
    directory.write_sln("sounds/a.sln", 1000, kSecond);
    use();
    const auto loaded = get({"nothing", "a"});
    EXPECT_EQ(loaded.clips.size(), 1);
    ASSERT_EQ(loaded.problems.size(), 1);
    EXPECT_NE(loaded.problems[0].find("no sound nothing"), std::string::npos);
}

TEST_F(Sounds, OfAClassComeInItsOrderForEverybody)
{
    for (int i = 0; i < 6; ++i) {
        directory.write_sln("moh/" + std::to_string(i) + ".sln", static_cast<std::int16_t>(500 * (i + 1)), kSecond);
    }
    directory.write_sln("moh/0.sln16", 500, 2 * kSecond);  // the same, better
    directory.write_sln("moh/LICENSE", 1, 10);
    use();
    const auto order = [&](config::MusicSort sort, codecs::CodecId codec) {
        std::vector<std::size_t> frames;
        const auto loaded = get({"moh:" + std::to_string(static_cast<int>(sort))}, codec);
        std::vector<int> values;
        for (const auto& clip : loaded.clips) {
            frames.push_back(clip->frames());
            values.push_back(
                (codec == codecs::CodecId::Pcmu ? value_of(*clip) : codecs::expand_alaw(clip->frame(0)[0])) / 250 *
                250);
        }
        EXPECT_EQ(frames, std::vector<std::size_t>(6, 50));
        return values;
    };
    const auto sorted = order(config::MusicSort::Alpha, codecs::CodecId::Pcmu);
    EXPECT_TRUE(std::is_sorted(sorted.begin(), sorted.end()));
    const auto shuffled = order(config::MusicSort::Random, codecs::CodecId::Pcmu);
    EXPECT_NE(shuffled, sorted);
    EXPECT_EQ(order(config::MusicSort::Random, codecs::CodecId::Pcmu), shuffled);
    now += 2s;
    EXPECT_EQ(order(config::MusicSort::Random, codecs::CodecId::Pcmu), shuffled);
    auto rotated = order(config::MusicSort::RandStart, codecs::CodecId::Pcmu);
    std::rotate(rotated.begin(), std::min_element(rotated.begin(), rotated.end()), rotated.end());
    EXPECT_EQ(rotated, sorted);
    EXPECT_TRUE(get({"moh:none"}).clips.empty());
}

TEST_F(Sounds, OfAPlaylistComeInTheOrderOfItsEntries)
{
    for (int i = 1; i < 4; ++i) {
        directory.write_sln("music/" + std::to_string(i) + ".sln", static_cast<std::int16_t>(1000 * i), kSecond);
    }
    directory.write_sln("sounds/de/wait.sln", 8000, kSecond);
    const std::string music = directory.path() + "/music/";
    SoundPlaces places{.sounds = directory.path() + "/sounds"};
    places.music["list"] = {.name = "list",
                            .mode = config::MusicMode::Playlist,
                            .entries = {music + "3", music + "1.sln", music + "9", music + "3", music + "2"}};
    places.music["sorted"] = places.music["list"];
    places.music["sorted"].sort = config::MusicSort::Alpha;
    places.music["spoken"] = {.name = "spoken",
                              .mode = config::MusicMode::Playlist,
                              .entries = {music + "1", music + "2"},
                              .announcement = "wait"};
    places.music["gone"] = {.name = "gone", .mode = config::MusicMode::Playlist, .entries = {music + "9"}};
    library.use(std::move(places));
    const auto order = [&](const std::string& name) {
        std::string values;
        for (const auto& clip : get({"moh:" + name}).clips) {
            values += std::to_string((value_of(*clip) + 500) / 1000);
        }
        return values;
    };
    EXPECT_EQ(order("list"), "3132");
    EXPECT_EQ(answers.back().problems, std::vector<std::string>{"music of class list: there is no " + music + "9"});
    EXPECT_EQ(order("sorted"), "1233");
    language = "de";
    EXPECT_EQ(order("spoken"), "8182");
    EXPECT_EQ(order("gone"), "");
    EXPECT_EQ(answers.back().problems, std::vector<std::string>{"no music of class gone"});
}

TEST_F(Sounds, OfAnyRateAreHeardAtTheirPace)
{
    struct Case {
        const char* extension;
        std::size_t samples;  // of a second
    };
    for (const Case& one :
         {Case{"sln", 8000}, Case{"sln8", 8000}, Case{"slin", 8000}, Case{"raw", 8000}, Case{"sln12", 12000},
          Case{"sln24", 24000}, Case{"sln44", 44100}, Case{"sln96", 96000}, Case{"sln192", 192000}}) {
        const std::string name = std::string{"of-"} + one.extension;
        directory.write_sln("sounds/" + name + "." + one.extension, 1000, one.samples);
        use();
        const auto loaded = get({name});
        ASSERT_EQ(loaded.clips.size(), 1U) << name;
        EXPECT_EQ(loaded.clips[0]->frames(), 50U) << name;
        EXPECT_NEAR(codecs::expand_ulaw(loaded.clips[0]->frame(25)[0]), 1000, 30) << name;
    }
}

TEST_F(Sounds, AreFoundByTheirNameAsWhateverTheyWereRecorded)
{
    use();
    std::string formats = recordable_formats() + ", ";
    for (std::size_t at = 0, end = 0; (end = formats.find(", ", at)) != std::string::npos; at = end + 2) {
        const std::string extension = formats.substr(at, end - at);
        const std::string name = directory.path() + "/recorded-as-" + extension;
        {
            auto output = SoundOutput::open(name + "." + extension, {.rate = 8000});
            ASSERT_TRUE(output) << extension;
            ASSERT_TRUE(output->write(std::vector<codecs::Sample>(8000, 1000)));
        }
        for (const auto codec : {codecs::CodecId::Pcmu, codecs::CodecId::L16_16}) {
            const auto loaded = get({name}, codec);
            ASSERT_EQ(loaded.clips.size(), 1U) << extension;
            EXPECT_NEAR(static_cast<double>(loaded.clips[0]->frames()), 50, 3) << extension;
        }
    }
}

TEST_F(Sounds, OfFloatsAreAsLoudAsOfIntegersAndCutWhereTheyAreTooLoud)
{
    const auto value_of_wav = [&](float sample) {
        // 16 bytes of format: IEEE float, mono, 8000 Hz.
        const std::array<std::uint32_t, 11> header{0x46464952, 36 + 32'000, 0x45564157, 0x20746d66, 16,    0x00010003,
                                                   8'000,      32'000,      0x00200004, 0x61746164, 32'000};
        const std::vector<float> samples(8'000, sample);
        std::ofstream file{directory.path() + "/float.wav", std::ios::binary};
        file.write(reinterpret_cast<const char*>(header.data()), sizeof header);
        file.write(reinterpret_cast<const char*>(samples.data()), 32'000);
        file.close();
        const auto read = read_sound(directory.path() + "/float.wav", 8000);
        return read && read->size() == 8'000 ? int{read->at(100)} : 0;
    };
    use();
    EXPECT_EQ(value_of_wav(0.25F), 8'192);
    EXPECT_EQ(value_of_wav(1.5F), 32'767);
    EXPECT_EQ(value_of_wav(-1.5F), -32'768);
}

TEST_F(Sounds, OfStreamsThatDoNotSayHowLongTheyAreAreReadToTheirEnd)
{
    const std::string path = directory.path() + "/stream.flac";
    {
        auto output = SoundOutput::open(path, {.rate = 8000});
        ASSERT_TRUE(output);
        ASSERT_TRUE(output->write(std::vector<codecs::Sample>(10'000, 1000)));
    }
    std::fstream file{path, std::ios::binary | std::ios::in | std::ios::out};
    file.seekp(22);  // of the 36 bits that tell how many samples there are, all but the first four
    file.write("\0\0\0\0", 4);
    file.close();
    const auto read = read_sound(path, 8000);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->size(), 10'000U);
}

TEST_F(Sounds, AreEquallyLongInEveryCodec)
{
    directory.write_sln("moh/a.sln", 1000, 12'345);
    directory.write_sln("moh/b.sln16", 1000, 16'001);
    use();
    const auto frames = [&](codecs::CodecId codec) {
        std::size_t sum = 0;
        for (const auto& clip : get({"moh:1"}, codec).clips) {
            sum += clip->frames();
        }
        return sum;
    };
    EXPECT_EQ(frames(codecs::CodecId::Pcmu), 78 + 51);
    EXPECT_EQ(frames(codecs::CodecId::L16_16), 78 + 51);
    EXPECT_EQ(frames(codecs::CodecId::L16_48), 78 + 51);
}

// The address sanitizer sees what the jobs touch that the thread still has to do.
TEST_F(Sounds, MayEndBeforeTheirThread)
{
    directory.write_sln("sounds/a.sln", 1000, kSecond);
    std::promise<void> gate;
    FileThread last;
    last.submit([open = gate.get_future().share()]() -> FileThread::Continuation {
        open.wait();
        return {};
    });
    auto ended = std::make_unique<SoundLibrary>(last, [](const engine::SoundLoaded& /*loaded*/) { FAIL(); });
    ended->use({.sounds = directory.path() + "/sounds"});
    ended->load({.id = 1, .names = {"a"}, .codec = codecs::CodecId::Pcmu}, now);
    ended.reset();
    gate.set_value();
}

}  // namespace
}  // namespace rb::files
