package org.praxino.app;

import java.time.Instant;
import java.util.Locale;
import org.praxino.app.cli.CommandContext;
import org.praxino.server.ApiKeyAdmin;
import org.praxino.server.access.ApiKeys;
import org.praxino.server.access.KeyScope;
import org.praxino.tensor.UserException;

/** {@code keys}: manages API keys, with or without a running server. */
final class KeysActions {
    private KeysActions() {}

    static int add(KeysCommand.AddOptions options, CommandContext context) {
        try (var box = ApiKeyAdmin.open(options.place().folder(), options.place().database())) {
            ApiKeys.Issued issued = box.keys().add(options.name(), options.scopes(), options.maxJobs(), options.perMinute(), options.perDay());
            context.console().out().println(issued.text());
            context.console().message("this is key " + issued.key().id() + "; it is shown only once");
            return 0;
        }
    }

    static int list(KeysCommand.ListOptions options, CommandContext context) {
        try (var box = ApiKeyAdmin.open(options.place().folder(), options.place().database())) {
            for (ApiKeys.ApiKey key : box.keys().all()) {
                String day = key.dailySeconds() == null ? ""
                        : String.format(Locale.ROOT, ", %d s of video a day (%.1f today)", key.dailySeconds(), box.use().today(key.id()));
                context.console().out().printf("%s  %-24s %-24s %d jobs, %d requests a minute%s, made %s%s%n", key.id(), key.name(),
                        KeyScope.text(key.scopes()), key.maxJobs(), key.perMinute(), day, Instant.ofEpochMilli(key.created()),
                        key.revoked() == null ? "" : ", revoked");
            }
            return 0;
        }
    }

    static int revoke(KeysCommand.RevokeOptions options, CommandContext context) {
        try (var box = ApiKeyAdmin.open(options.place().folder(), options.place().database())) {
            if (!box.keys().revoke(options.id())) {
                throw new UserException("there is no key " + options.id() + " that is in force: praxino keys list shows them");
            }
            context.console().out().println("revoked " + options.id());
            return 0;
        }
    }
}
