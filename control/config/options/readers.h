// readers.h — values that several options read in the same special way: TOS names, caller ids, access rules.
#pragma once

#include "control/config/option.h"

namespace rb::config {

/// "ef", "cs3", "af41", or a number from 0 to 255 (the whole TOS byte; a DSCP is its upper six bits, RFC 2474).
[[nodiscard]] Result<void> read_tos(std::string_view text, unsigned& tos);

/// `"Name" <number>`, `Name <number>`, `<number>` or `number`.
[[nodiscard]] Result<CallerId> read_caller_id(std::string_view text);

/// Notes that a way to recognise endpoints is not gone yet.
void warn_of_way(std::string_view way, ReadContext& context);

/// Networks separated by commas as rules; a leading `!` turns a permit into a deny and the other way round.
[[nodiscard]] Result<void> append_rules(AclRules& rules, std::string_view text, bool permit);

/// The rules of lists from acl.conf; an Error where there is no such list.
[[nodiscard]] Result<void> append_named_acls(AccessLists& lists, std::string_view names, const ReadContext& context);

}  // namespace rb::config
