#include "signaling/q850.h"

#include "signaling/text.h"

#include <algorithm>
#include <array>

namespace rb::sip {
namespace {

struct Pair {
    int code;
    int cause;
};

constexpr std::array<Pair, 32> kCauses{{
    {401, 21}, {402, 21},  {403, 21},  {404, 1},   {405, 127}, {407, 21}, {408, 18},  {409, 41},
    {410, 22}, {413, 127}, {414, 127}, {415, 79},  {420, 127}, {480, 19}, {481, 127}, {482, 25},
    {483, 25}, {484, 28},  {485, 1},   {486, 17},  {487, 16},  {488, 58}, {500, 38},  {501, 29},
    {502, 27}, {503, 34},  {504, 102}, {505, 127}, {600, 17},  {603, 21}, {604, 1},   {606, 58},
}};

constexpr std::array<Pair, 24> kCodes{{
    {404, 1},  {404, 2},  {404, 3},  {486, 17}, {408, 18}, {480, 19}, {480, 20},  {403, 21},
    {410, 22}, {483, 25}, {502, 27}, {484, 28}, {501, 29}, {480, 31}, {503, 34},  {500, 38},
    {500, 41}, {503, 42}, {503, 44}, {488, 58}, {503, 66}, {415, 79}, {504, 102}, {500, 127},
}};

struct Text {
    int cause;
    std::string_view text;
};

constexpr std::array<Text, 18> kTexts{{
    {1, "Unallocated (unassigned) number"},
    {3, "No route to destination"},
    {16, "Normal call clearing"},
    {17, "User busy"},
    {18, "No user responding"},
    {19, "No answer from user"},
    {21, "Call rejected"},
    {26, "Answered elsewhere"},
    {27, "Destination out of order"},
    {28, "Invalid number format"},
    {34, "No circuit/channel available"},
    {31, "Normal, unspecified"},
    {38, "Network out of order"},
    {42, "Switching equipment congestion"},
    {44, "Requested circuit/channel not available"},
    {58, "Bearer capability not presently available"},
    {102, "Recovery on timer expiry"},
    {127, "Interworking, unspecified"},
}};

/// The names of causes in Asterisk's plans.
constexpr std::array<Text, 54> kNames{{
    {1, "UNALLOCATED"},
    {2, "NO_ROUTE_TRANSIT_NET"},
    {3, "NO_ROUTE_DESTINATION"},
    {5, "MISDIALLED_TRUNK_PREFIX"},
    {6, "CHANNEL_UNACCEPTABLE"},
    {7, "CALL_AWARDED_DELIVERED"},
    {8, "PRE_EMPTED"},
    {14, "NUMBER_PORTED_NOT_HERE"},
    {16, "NORMAL_CLEARING"},
    {17, "USER_BUSY"},
    {18, "NO_USER_RESPONSE"},
    {19, "NO_ANSWER"},
    {20, "SUBSCRIBER_ABSENT"},
    {21, "CALL_REJECTED"},
    {22, "NUMBER_CHANGED"},
    {23, "REDIRECTED_TO_NEW_DESTINATION"},
    {26, "ANSWERED_ELSEWHERE"},
    {27, "DESTINATION_OUT_OF_ORDER"},
    {28, "INVALID_NUMBER_FORMAT"},
    {29, "FACILITY_REJECTED"},
    {30, "RESPONSE_TO_STATUS_ENQUIRY"},
    {31, "NORMAL_UNSPECIFIED"},
    {34, "NORMAL_CIRCUIT_CONGESTION"},
    {38, "NETWORK_OUT_OF_ORDER"},
    {41, "NORMAL_TEMPORARY_FAILURE"},
    {42, "SWITCH_CONGESTION"},
    {43, "ACCESS_INFO_DISCARDED"},
    {44, "REQUESTED_CHAN_UNAVAIL"},
    {50, "FACILITY_NOT_SUBSCRIBED"},
    {52, "OUTGOING_CALL_BARRED"},
    {54, "INCOMING_CALL_BARRED"},
    {57, "BEARERCAPABILITY_NOTAUTH"},
    {58, "BEARERCAPABILITY_NOTAVAIL"},
    {65, "BEARERCAPABILITY_NOTIMPL"},
    {66, "CHAN_NOT_IMPLEMENTED"},
    {69, "FACILITY_NOT_IMPLEMENTED"},
    {81, "INVALID_CALL_REFERENCE"},
    {88, "INCOMPATIBLE_DESTINATION"},
    {95, "INVALID_MSG_UNSPECIFIED"},
    {96, "MANDATORY_IE_MISSING"},
    {97, "MESSAGE_TYPE_NONEXIST"},
    {98, "WRONG_MESSAGE"},
    {99, "IE_NONEXIST"},
    {100, "INVALID_IE_CONTENTS"},
    {101, "WRONG_CALL_STATE"},
    {102, "RECOVERY_ON_TIMER_EXPIRE"},
    {103, "MANDATORY_IE_LENGTH_ERROR"},
    {111, "PROTOCOL_ERROR"},
    {127, "INTERWORKING"},
    {17, "BUSY"},
    {38, "FAILURE"},
    {16, "NORMAL"},
    {34, "CONGESTION"},
    {20, "UNREGISTERED"},
}};

/// Cuts at the first comma that is not inside quotes.
std::string_view take_value(std::string_view& list)
{
    bool quoted = false;
    std::size_t end = 0;
    for (; end < list.size() && (quoted || list[end] != ','); ++end) {
        quoted = list[end] == '"' ? !quoted : quoted;
        end += quoted && list[end] == '\\' && end + 1 < list.size() ? 1U : 0U;
    }
    const auto value = list.substr(0, end);
    list = end < list.size() ? list.substr(end + 1) : std::string_view{};
    return value;
}

}  // namespace

int cause_from_code(int code) noexcept
{
    for (const Pair& pair : kCauses) {
        if (pair.code == code) {
            return pair.cause;
        }
    }
    if (code < 300) {
        return 16;
    }
    return code >= 500 && code < 600 ? 38 : 127;
}

int code_from_cause(int cause) noexcept
{
    for (const Pair& pair : kCodes) {
        if (pair.cause == cause) {
            return pair.code;
        }
    }
    return 603;
}

std::optional<int> cause_from_name(std::string_view name)
{
    constexpr std::string_view kPrefix = "AST_CAUSE_";
    if (equal_ignoring_case(name.substr(0, kPrefix.size()), kPrefix)) {
        name.remove_prefix(kPrefix.size());
    }
    for (const Text& known : kNames) {
        if (equal_ignoring_case(known.text, name)) {
            return known.cause;
        }
    }
    return std::nullopt;
}

std::string_view cause_text(int cause)
{
    const auto* const known =
        std::find_if(kTexts.begin(), kTexts.end(), [=](const Text& of) { return of.cause == cause; });
    return known == kTexts.end() ? std::string_view{} : known->text;
}

std::string write_reason(int cause)
{
    const std::string_view text = cause_text(cause);
    return "Q.850;cause=" + std::to_string(cause) + (text.empty() ? "" : ";text=\"" + std::string{text} + '"');
}

std::optional<int> read_reason(std::string_view header)
{
    std::optional<int> from_sip;
    while (!header.empty()) {
        auto value = take_value(header);
        const auto protocol = trim(take_until(value, ';'));
        while (!value.empty()) {
            auto parameter = take_until(value, ';');
            const auto name = trim(take_until(parameter, '='));
            const auto number = read_number<int>(trim(parameter));
            if (!equal_ignoring_case(name, "cause") || !number) {
                continue;
            }
            if (equal_ignoring_case(protocol, "Q.850") && *number >= 1 && *number <= 127) {
                return number;
            }
            if (equal_ignoring_case(protocol, "SIP") && *number >= 200 && *number <= 699) {
                from_sip = cause_from_code(*number);
            }
        }
    }
    return from_sip;
}

}  // namespace rb::sip
