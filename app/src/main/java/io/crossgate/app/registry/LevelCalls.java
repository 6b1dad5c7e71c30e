package io.crossgate.app.registry;

/** Calls about the compatibility that is asked of new schemas. */
final class LevelCalls {
    private final SchemaStore store;

    LevelCalls(SchemaStore store) {
        this.store = store;
    }

    /** @param subject null for the level of all subjects that have none of their own */
    Answer get(String subject, Call call) throws Refusal {
        if (subject != null && store.state().ownLevel(subject) == null && !call.asks("defaultToGlobal")) {
            throw Refusal.noCompatibilityOf(subject);
        }
        return Answer.of(Json.object().put("compatibilityLevel", store.state().level(subject).name()));
    }

    /** @param subject null for the level of all subjects that have none of their own */
    Answer set(String subject, Call call) throws Refusal {
        Compatibility level = Compatibility.named(Call.text(call.json(), "compatibility"));
        store.setLevel(subject, level);
        return Answer.of(Json.object().put("compatibility", level.name()));
    }
}
