package org.praxino.io.torch;

import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.io.torch.PickleValue.Bool;
import org.praxino.io.torch.PickleValue.Dict;
import org.praxino.io.torch.PickleValue.Global;
import org.praxino.io.torch.PickleValue.Ignored;
import org.praxino.io.torch.PickleValue.ListOrSet;
import org.praxino.io.torch.PickleValue.None;
import org.praxino.io.torch.PickleValue.Num;
import org.praxino.io.torch.PickleValue.Storage;
import org.praxino.io.torch.PickleValue.Text;
import org.praxino.io.torch.PickleValue.Tuple;

/**
 * A stack machine for the part of Python's pickle (protocols 2 to 5; PEP 3154 and pickletools' list of opcodes) that state dictionaries
 * need, and for plain values beside them. Every other opcode and every unknown name is refused; nothing is imported or
 * called.
 */
final class Unpickler {
    private final PickleBytes in;
    private final ArrayList<Object> stack = new ArrayList<>(); // Value or MARK
    private final Map<Integer, PickleValue> memo = new HashMap<>();

    private static final Object MARK = new Object();

    /** In bytes; longer ones are no count of anything, and take long to write out. */
    private static final int LONGEST_NUMBER = 255;

    Unpickler(byte[] pickle) {
        this.in = new PickleBytes(pickle);
    }

    /** @throws UnsupportedPickleException saying what in the pickle is not read */
    PickleValue read() {
        try {
            while (true) {
                int op = in.u8();
                if (op == '.') {
                    return pop();
                }
                step(op);
            }
        } catch (BufferUnderflowException e) {
            throw new UnsupportedPickleException("its pickle ends in the middle: the file is damaged");
        }
    }

    private void step(int op) {
        switch (op) {
            case 0x80 -> protocol(in.u8());
            case 0x95 -> in.skip(8); // FRAME: only a hint for buffering
            case '(' -> stack.add(MARK);
            case '}' -> push(new Dict(new LinkedHashMap<>()));
            case ')' -> push(new Tuple(List.of()));
            case ']', 0x8f -> push(new ListOrSet(new ArrayList<>())); // a list or set
            case 'l', 0x91 -> push(new ListOrSet(new ArrayList<>(sinceMark())));
            case 'a' -> {
                PickleValue item = pop();
                append(List.of(item));
            }
            case 'e', 0x90 -> append(sinceMark());
            case 't' -> push(new Tuple(sinceMark()));
            case 0x85 -> push(new Tuple(last(1)));
            case 0x86 -> push(new Tuple(last(2)));
            case 0x87 -> push(new Tuple(last(3)));
            case 'X' -> push(new Text(in.text(in.i32())));
            case 0x8c -> push(new Text(in.text(in.u8())));
            case 0x8d -> push(new Text(in.text(in.length64())));
            case 'U' -> push(new Text(in.text(in.u8())));
            case 'T' -> push(new Text(in.text(in.i32())));
            case 'C' -> aside(in.u8());
            case 'B' -> aside(in.i32());
            case 0x8e, 0x96 -> aside(in.length64());
            case 'J' -> push(new Num((long) in.i32()));
            case 'K' -> push(new Num((long) in.u8()));
            case 'M' -> push(new Num((long) in.u16()));
            case 0x8a -> push(new Num(in.integer(in.u8())));
            case 0x8b -> {
                int bytes = in.i32();
                if (bytes > LONGEST_NUMBER) {
                    aside(bytes);
                } else {
                    push(new Num(in.integer(bytes)));
                }
            }
            case 'G' -> push(new Num(in.fraction()));
            case 0x88 -> push(new Bool(true));
            case 0x89 -> push(new Bool(false));
            case 'N' -> push(new None());
            case '0' -> pop(); // of a tuple that holds itself
            case '1' -> sinceMark();
            case 'q' -> memo.put(in.u8(), top());
            case 'r' -> memo.put(in.i32(), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 'h' -> push(memoized(in.u8()));
            case 'j' -> push(memoized(in.i32()));
            case 'c' -> push(new Global(PickleGlobal.named(in.line(), in.line())));
            case 0x93 -> {
                String name = textOf(pop());
                push(new Global(PickleGlobal.named(textOf(pop()), name)));
            }
            case 'Q' -> push(storage(pop()));
            case 'R', 0x81 -> {
                PickleValue arguments = pop();
                if (op == 0x81 && !(top() instanceof Global)) {
                    throw refused(op);
                }
                push(TensorReductions.reduced(pop(), arguments));
            }
            case 's' -> {
                List<PickleValue> pair = last(2);
                put(pair.get(0), pair.get(1));
            }
            case 'd' -> {
                List<PickleValue> pairs = sinceMark();
                push(new Dict(new LinkedHashMap<>()));
                putAll(pairs);
            }
            case 'u' -> putAll(sinceMark());
            case 'b' -> build(pop());
            default -> throw refused(op);
        }
    }

    private static UnsupportedPickleException refused(int op) {
        return new UnsupportedPickleException("its pickle has the opcode " + PickleOpcodes.name(op) + (PickleOpcodes.isCode(op)
                ? ", which makes an object by code: a file may not bring code, so take these weights as safetensors"
                : ", which is not read: save the weights again with torch.save, or take them as safetensors"));
    }

    private void putAll(List<PickleValue> pairs) {
        if (pairs.size() % 2 != 0) {
            throw new UnsupportedPickleException("its pickle has a key without a value");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            put(pairs.get(i), pairs.get(i + 1));
        }
    }

    private void append(List<PickleValue> items) {
        if (top() instanceof ListOrSet list) {
            list.items().addAll(items);
        } else if (!(top() instanceof Ignored)) { // such as a deque
            throw new UnsupportedPickleException("its pickle adds to something that is no list");
        }
    }

    private void aside(int bytes) {
        in.skip(bytes);
        push(new Ignored());
    }

    private static void protocol(int version) {
        if (version < 2 || version > 5) {
            throw new UnsupportedPickleException("its pickle is of protocol " + version + ", but 2 to 5 are read");
        }
    }

    /** A state dictionary carries its modules' versions as an attribute, which has no use here. */
    private void build(PickleValue state) {
        if (top() instanceof Ignored) {
            return;
        }
        if (!(top() instanceof Dict) || !(state instanceof Dict d) || !d.entries().keySet().equals(java.util.Set.of("_metadata"))) {
            throw new UnsupportedPickleException("its pickle has the opcode BUILD on something else than a state dictionary");
        }
    }

    private void put(PickleValue key, PickleValue value) {
        if (top() instanceof Ignored) {
            return;
        }
        if (!(top() instanceof Dict dict)) {
            throw new UnsupportedPickleException("its pickle sets an entry of something that is no dictionary");
        }
        @Nullable String name = switch (key) {
            case Text t -> t.text();
            case Num n -> n.number().toString();
            default -> null; // no weight is called by a pair, a truth value or nothing
        };
        if (name != null && dict.entries().put(name, value) != null) {
            throw new UnsupportedPickleException("it has the key \"" + name + "\" twice");
        }
    }

    /** ('storage', class, key, device, number of elements), what PyTorch writes for a storage outside of the pickle. */
    private static Storage storage(PickleValue id) {
        if (id instanceof Tuple(var items) && items.size() == 5 && items.get(0).equals(new Text("storage"))
                && items.get(1) instanceof Global(var type) && type.storage() != null && items.get(2) instanceof Text(var key)
                && items.get(4) instanceof Num(var count) && count instanceof Long n && n >= 0) {
            return new Storage(type.storage(), key, n);
        }
        throw new UnsupportedPickleException("its pickle refers to something outside of it that is no storage");
    }

    // ------------------------------------------------------------------ stack

    private void push(PickleValue v) {
        stack.add(v);
    }

    private PickleValue top() {
        Object top = stack.isEmpty() ? MARK : stack.getLast();
        if (top instanceof PickleValue v) {
            return v;
        }
        throw new UnsupportedPickleException("its pickle uses a value that is not there: the file is damaged");
    }

    private PickleValue pop() {
        PickleValue v = top();
        stack.removeLast();
        return v;
    }

    private List<PickleValue> last(int count) {
        var out = new ArrayList<PickleValue>();
        for (int i = 0; i < count; i++) {
            out.addFirst(pop());
        }
        return out;
    }

    private List<PickleValue> sinceMark() {
        var out = new ArrayList<PickleValue>();
        while (!stack.isEmpty() && stack.getLast() != MARK) {
            out.add(pop());
        }
        if (stack.isEmpty()) {
            throw new UnsupportedPickleException("its pickle uses a mark that is not there: the file is damaged");
        }
        stack.removeLast();
        return out.reversed();
    }

    private PickleValue memoized(int at) {
        @Nullable PickleValue v = memo.get(at);
        if (v == null) {
            throw new UnsupportedPickleException("its pickle recalls value " + at + ", which it never kept: the file is damaged");
        }
        return v;
    }

    private static String textOf(PickleValue v) {
        if (v instanceof Text(var text)) {
            return text;
        }
        throw new UnsupportedPickleException("its pickle names something by a value that is no text");
    }
}
