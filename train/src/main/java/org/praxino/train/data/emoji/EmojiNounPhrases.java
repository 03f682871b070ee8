package org.praxino.train.data.emoji;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Noun phrases for an emoji, in lower case: "a ferris wheel", "two hearts", "a man with dark skin running".
 *
 * <p>Rules of English articles over the published labels; exceptions are in {@code emoji-words.tsv}.
 */
final class EmojiNounPhrases {

    /** Skin tones 1 to 5 in words; 0 is the yellow default, which goes unsaid. */
    static final List<String> TONES = List.of("yellow", "light", "medium-light", "medium", "medium-dark", "dark");

    private static final Set<String> PLURAL_LOOKING = Set.of("bus", "minibus", "trolleybus", "octopus", "cactus", "compass", "lotus",
            "hibiscus", "glass", "dress", "cross", "rhinoceros", "hippopotamus", "walrus", "abacus", "chess", "atlas", "motorcycles",
            "claus", "lis");
    private static final Set<String> MASS = Set.of("bread", "flatbread", "rice", "bacon", "butter", "salt", "spaghetti", "popcorn", "sushi",
            "oden", "dango", "garlic", "broccoli", "fire", "fog", "ice", "sake", "mate", "falafel", "fondue", "yarn", "thread", "soap",
            "dna", "coral", "tennis", "badminton", "lacrosse", "pong", "hockey", "bowling", "cooking", "construction", "camping",
            "racing", "cheese", "food", "water", "lightning", "snow", "rain", "confetti", "wood", "money", "seat", "luggage", "poo",
            "massage", "salad", "curry", "shrimp", "zzz", "om");
    private static final Set<String> SIGNS = Set.of("information", "passport control", "customs", "baggage claim", "left luggage", "no entry",
            "infinity", "copyright", "registered", "trade mark", "high voltage", "warning", "prohibited", "no bicycles", "no smoking",
            "no littering", "non-potable water", "potable water", "no pedestrians", "no mobile phones", "no one under eighteen", "radioactive",
            "biohazard", "children crossing", "wireless", "plus", "minus", "multiply", "divide", "restroom", "water closet", "men's room",
            "women's room", "vibration mode", "mobile phone off", "recycling symbol", "currency exchange", "cinema");
    private static final Set<String> ZODIAC = Set.of("aries", "taurus", "gemini", "cancer", "leo", "virgo", "libra", "scorpio", "sagittarius",
            "capricorn", "aquarius", "pisces", "ophiuchus");
    private static final Pattern TAIL = Pattern.compile("^(.+?)( (?:with|in|of|on|behind|showing|over|at|without|fluttering|blowing|savoring|holding|curving|pointing|pointed|made) .+)$");
    private static final Pattern PERSON = Pattern.compile("^(an? (?:deaf |old |older |pregnant )?(?:man|woman|person|boy|girl|child|baby)|two people|people|men|women)( .+)$");

    private EmojiNounPhrases() {}

    /** Lower case, straight quotation marks. */
    static String plain(String label) {
        return label.toLowerCase(Locale.ROOT).replace('’', '\'').replace("“", "\"").replace("”", "\"");
    }

    /** The noun phrase for a published name, without skin tone. */
    static String subject(String name) {
        String text = plain(name);
        int colon = text.indexOf(": ");
        if (colon > 0) {
            return withColon(text.substring(0, colon), text.substring(colon + 2));
        }
        if (text.matches(".*(o'clock|-thirty)")) {
            return "a clock showing " + text.replace("-", " ");
        }
        if (ZODIAC.contains(text)) {
            return "the zodiac sign " + text;
        }
        return SIGNS.contains(text) ? article(text) + text + " sign" : withArticle(text);
    }

    private static String withColon(String kind, String rest) {
        List<String> parts = List.of(rest.split(", "));
        return switch (kind) {
            case "flag" -> "the flag of " + rest;
            case "keycap" -> "a key with the sign " + rest;
            case "kiss" -> joinPeople(parts) + " kissing";
            case "couple with heart" -> "a couple with a heart, " + joinPeople(parts);
            case "family" -> "a family of " + joinPeople(parts);
            default -> rest.equals("bald") ? "a bald " + kind : withArticle(kind) + " with " + (rest.equals("beard") ? "a beard" : rest);
        };
    }

    private static String joinPeople(List<String> people) {
        List<String> each = people.stream().map(EmojiNounPhrases::withArticle).toList();
        return each.size() == 1 ? each.getFirst()
                : String.join(", ", each.subList(0, each.size() - 1)) + " and " + each.getLast();
    }

    static String withArticle(String text) {
        Matcher tail = TAIL.matcher(text);
        String head = tail.matches() ? tail.group(1) : text;
        String last = head.substring(head.lastIndexOf(' ') + 1);
        boolean plural = last.endsWith("s") && !last.endsWith("ss") && !last.endsWith("'s") && !PLURAL_LOOKING.contains(last) || last.equals("people")
                || last.equals("men") || last.equals("women") || last.equals("dice");
        boolean several = head.startsWith("people ") || head.startsWith("men ") || head.startsWith("women ");
        if (plural && !head.matches("(person|man|woman) .*") || several || MASS.contains(last) && !head.matches("(person|man|woman) .*")
                || MASS.contains(head)) {
            return text;
        }
        return article(text) + text;
    }

    private static String article(String text) {
        boolean vowel = "aeiou".indexOf(text.charAt(0)) >= 0 || text.matches("(hour|honest|x-|8|l button|m button|s button).*");
        boolean consonantSound = text.matches("(uni|euro|ewe|one|u-|ufo|use|ut|u\\.).*") && !text.startsWith("unim") && !text.startsWith("unin");
        return vowel && !consonantSound ? "an " : "a ";
    }

    /** The same phrase with skin tones: in the person where there is one, else after the phrase. */
    static String withSkinTone(String subject, List<Integer> tones) {
        if (tones.isEmpty()) {
            return subject;
        }
        String skin = " with " + skin(tones);
        Matcher person = PERSON.matcher(subject);
        if (person.matches() && person.group(2).matches(" (in |wearing |[a-z-]+ing\\b).*")) {
            return person.group(1) + skin + person.group(2);
        }
        return subject.contains(" with ") ? subject + " and " + skin(tones) : subject + skin;
    }

    /** "dark skin", "light and medium skin". */
    static String skin(List<Integer> tones) {
        return tones.stream().map(TONES::get).collect(Collectors.joining(" and ")) + " skin";
    }

    /** ", dark skin tone" or nothing: the way the published labels say it. */
    static String suffix(List<Integer> tones) {
        return tones.isEmpty() ? "" : ", " + tones.stream().map(t -> TONES.get(t) + " skin tone").collect(Collectors.joining(", "));
    }
}
