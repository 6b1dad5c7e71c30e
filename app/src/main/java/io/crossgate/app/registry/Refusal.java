package io.crossgate.app.registry;

/** A call that is answered with an error: an HTTP status, and the code and the words that Confluent's registry gives in the same case. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 1000;

    private final int code;

    private Refusal(int code, String message) {
        super(message.length() > LONGEST ? message.substring(0, LONGEST) + "..." : message, null, false, false);
        this.code = code;
    }

    /** Five digits for an error of the registry's own, three where HTTP says it all. */
    int code() {
        return code;
    }

    int status() {
        return code > 999 ? code / 100 : code;
    }

    static Refusal badRequest(String message) {
        return new Refusal(400, message);
    }

    static Refusal noSuchPath() {
        return new Refusal(404, "HTTP 404 Not Found");
    }

    static Refusal methodNotAllowed(String method, String allowed) {
        return new Refusal(405, "HTTP 405 Method Not Allowed: " + method + " (allowed: " + allowed + ")");
    }

    static Refusal nothingIsDeleted() {
        return new Refusal(405, "HTTP 405 Method Not Allowed: this registry deletes nothing, records written with a schema may outlive it");
    }

    static Refusal incompatible(String subject, String details) {
        return new Refusal(409, "Schema being registered is incompatible with an earlier schema for subject \"" + subject + "\", details: " + details);
    }

    static Refusal tooLarge(int limit) {
        return new Refusal(413, "HTTP 413 Request Entity Too Large: at most " + limit + " bytes");
    }

    static Refusal mediaType(String type) {
        return new Refusal(415, "HTTP 415 Unsupported Media Type: " + type + " (send " + Answer.CONTENT_TYPE + ")");
    }

    static Refusal noSubject(String subject) {
        return new Refusal(40401, "Subject '" + subject + "' not found.");
    }

    static Refusal noVersion(int version) {
        return new Refusal(40402, "Version " + version + " not found.");
    }

    static Refusal noSchema() {
        return new Refusal(40403, "Schema not found");
    }

    static Refusal noSchema(int id) {
        return new Refusal(40403, "Schema " + id + " not found");
    }

    static Refusal noCompatibilityOf(String subject) {
        return new Refusal(40408, "Subject '" + subject + "' does not have subject-level compatibility configured");
    }

    static Refusal invalidSchema(String details) {
        return new Refusal(42201, "Invalid schema, details: " + details);
    }

    static Refusal invalidVersion(String version) {
        return new Refusal(42202, "The specified version '" + version + "' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\"");
    }

    static Refusal invalidLevel() {
        return new Refusal(42203, "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive");
    }

    static Refusal notInImportMode(String subject) {
        return new Refusal(42205, "Subject " + subject + " is not in import mode: this registry gives ids and versions itself");
    }

    static Refusal invalidSubject(String subject) {
        return new Refusal(42208, "The specified subject '" + subject + "' is not a valid subject.");
    }

    static Refusal notStored() {
        return new Refusal(50001, "Error in the backend data store: Kafka did not take the record");
    }

    static Refusal failed() {
        return new Refusal(500, "HTTP 500 Internal Server Error");
    }
}
