package org.praxino.io;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** Messages for JSON errors. */
final class JsonErrors {

    private static final Pattern COERCED = Pattern.compile("^Cannot coerce [A-Za-z-]+ value \\((.{1,60}?)\\) to ");
    private static final Pattern FROM = Pattern.compile(" from (Array|Object|String|Boolean|Floating-point|Integer) value ");

    private JsonErrors() {}

    static String sentence(JacksonException e, String where) {
        String field = field(e.getPath());
        String at = field.isEmpty() ? where : where + ": field \"" + field + "\"";
        return switch (e) {
            case UnrecognizedPropertyException unknown -> at + " is not known; known here: " + known(unknown) + ".";
            case ValueInstantiationException refused when refused.getCause() != null && refused.getCause().getMessage() != null ->
                (field.isEmpty() ? where + ": " : at + ": ") + ended(refused.getCause().getMessage());
            case InvalidFormatException format when format.getValue() instanceof String text ->
                at + " must be " + name(format.getTargetType()) + " but is \"" + text + "\".";
            case InputCoercionException range when range.getTargetType() != null ->
                at + " is out of range: it must be " + name(range.getTargetType()) + " of Java type " + range.getTargetType().getSimpleName() + ".";
            case MismatchedInputException mismatch -> mismatch(mismatch, where, at);
            case StreamReadException syntax -> where + position(syntax) + " is not valid " + format(syntax) + ": " + withoutFlags(firstLine(syntax)) + ".";
            default -> at + ": " + withoutFlags(firstLine(e)) + ".";
        };
    }

    /** Configurations are YAML, read by a parser that this module does not know. */
    private static String format(StreamReadException e) {
        return e.processor() != null && e.processor().getClass().getSimpleName().startsWith("YAML") ? "YAML" : "JSON";
    }

    /** Without the names of the parser's own settings and classes. */
    private static String withoutFlags(String text) {
        return text.replaceAll(",? from `[^`]*`", "").replaceAll(":? maybe a \\(non-standard\\).*", "").replaceAll("[\\s:,(]*[^():,]*`?\\w*Feature\\b.*", "");
    }

    private static String mismatch(MismatchedInputException e, String where, String at) {
        String said = e.getOriginalMessage();
        if (said.startsWith("Missing creator property '") || said.startsWith("Missing required creator property '")) {
            String name = said.substring(said.indexOf('\'') + 1, said.indexOf('\'', said.indexOf('\'') + 1));
            String full = field(e.getPath());
            // Depending on where Jackson notices, the path ends at the missing field itself or at the object around it.
            if (!full.equals(name) && !full.endsWith("." + name)) {
                full = full.isEmpty() ? name : full + "." + name;
            }
            return where + ": field \"" + full + "\" is missing.";
        }
        if (said.startsWith("Cannot map `null`") || said.startsWith("Cannot coerce `null`")) {
            return at + " is null but must be " + name(e.getTargetType()) + ".";
        }
        if (said.startsWith("Trailing token")) {
            return where + " holds more than one JSON value.";
        }
        if (said.startsWith("No content")) {
            return where + " is empty.";
        }
        if (e.getTargetType() != null) {
            return at + " must be " + name(e.getTargetType()) + found(said) + ".";
        }
        return at + ": " + firstLine(e) + ".";
    }

    /** The value found, if Jackson's message has it. */
    private static String found(String said) {
        Matcher value = COERCED.matcher(said);
        if (value.find()) {
            return " but is " + value.group(1);
        }
        Matcher kind = FROM.matcher(said);
        if (!kind.find()) {
            return "";
        }
        return " but is " + switch (kind.group(1)) {
            case "Array" -> "a list";
            case "Object" -> "an object";
            case "String" -> "text";
            case "Boolean" -> "true or false";
            case "Floating-point" -> "a fraction";
            default -> "a whole number";
        };
    }

    /** What a person calls a Java type. */
    static String name(Class<?> type) {
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class || type == short.class) {
            return "a whole number";
        }
        if (type == double.class || type == float.class || type == Double.class || type == Float.class) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "text";
        }
        if (type.isEnum()) {
            return "one of "
                    + List.of(type.getEnumConstants()).stream().map(Object::toString).collect(Collectors.joining(", "));
        }
        if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        return "an object (" + type.getSimpleName() + ")";
    }

    private static String known(UnrecognizedPropertyException e) {
        Collection<Object> names = e.getKnownPropertyIds();
        return names == null || names.isEmpty()
                ? "none"
                : names.stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
    }

    private static String field(List<JacksonException.Reference> path) {
        StringBuilder text = new StringBuilder();
        for (JacksonException.Reference step : path) {
            if (step.getPropertyName() != null) {
                text.append(text.isEmpty() ? "" : ".").append(step.getPropertyName());
            } else if (step.getIndex() >= 0) {
                text.append('[').append(step.getIndex()).append(']');
            }
        }
        return text.toString();
    }

    private static String position(StreamReadException e) {
        TokenStreamLocation at = e.getLocation();
        return at == null || at.getLineNr() < 1 ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    private static String firstLine(JacksonException e) {
        String text = e.getOriginalMessage().lines().findFirst().orElse("unreadable").replaceAll(" \\(start marker at \\[Source.*", "").replaceAll(": was expecting .*", "").replaceAll("[.\\s]+$", "");
        return text.isEmpty() ? text : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    private static String ended(String sentence) {
        return sentence.endsWith(".") ? sentence : sentence + ".";
    }
}
