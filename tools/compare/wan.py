"""The causal Wan transformer in plain PyTorch, measured as `praxino bench wan` measures Praxino's (see README.md).

Keys are cached turned by their places, as in the published programs. Shapes: B batch, T latent frames, L tokens, N heads, D head width.
"""
import argparse
import json
import math
import platform
import resource
import struct
import time
from pathlib import Path

import torch
import torch.nn.functional as F

BLOCK = 3  # latent frames made at a time
STEPS = 4  # of Self-Forcing
PROMPT = 128  # tokens of a usual prompt


class Wan:
    def __init__(self, config, weights):
        self.c = config
        self.w = weights
        self.heads = config["num_heads"]
        self.width = config["dim"] // self.heads
        self.words = None

    def linear(self, name, x):
        return F.linear(x, self.w[name + ".weight"], self.w[name + ".bias"])

    def norm(self, x, weight=None, bias=None):
        return F.layer_norm(x, (x.shape[-1],), weight, bias, self.c["eps"])

    def rms(self, name, x):
        return F.rms_norm(x.float(), (x.shape[-1],), eps=self.c["eps"]).to(x.dtype) * self.w[name + ".weight"]

    def split(self, x):  # [B, L, C] -> [B, L, N, D]
        return x.unflatten(-1, (self.heads, self.width))

    def turns(self, first, frames, height, width):  # [L, 1, D / 2], complex
        pairs = self.width // 2
        third = pairs // 3
        axes = ((range(first, first + frames), pairs - 2 * third), (range(height), third), (range(width), third))
        angles = [torch.outer(torch.tensor(list(r), dtype=torch.float64), 10_000 ** (-torch.arange(n, dtype=torch.float64) / n)) for r, n in axes]
        t, h, w = (torch.polar(torch.ones_like(a), a) for a in angles)
        shape = (frames, height, width, -1)
        all_three = torch.cat([t[:, None, None].expand(shape), h[None, :, None].expand(shape), w[None, None].expand(shape)], -1)
        return all_three.reshape(frames * height * width, 1, pairs).to(torch.complex64)

    @staticmethod
    def turned(x, turns):
        z = torch.view_as_complex(x.float().unflatten(-1, (-1, 2)).contiguous())
        return torch.view_as_real(z * turns).flatten(-2).to(x.dtype)

    @staticmethod
    def attention(q, k, v):  # [B, L, N, D]
        out = F.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2))
        return out.transpose(1, 2).flatten(2)

    def listen_to(self, text):
        """Keys and values of a prompt, kept for all calls. text: [B, at most text_len, text_dim]"""
        filled = F.pad(text, (0, 0, 0, self.c["text_len"] - text.shape[1]))
        told = self.linear("text_embedding.2", F.gelu(self.linear("text_embedding.0", filled), approximate="tanh"))
        self.words = []
        for i in range(self.c["num_layers"]):
            at = f"blocks.{i}.cross_attn."
            self.words.append((self.split(self.rms(at + "norm_k", self.linear(at + "k", told))), self.split(self.linear(at + "v", told))))

    def cache(self, batch, tokens, frames):
        shape = (batch, frames * tokens, self.heads, self.width)
        dtype = self.w["head.modulation"].dtype
        return [(torch.zeros(shape, dtype=dtype), torch.zeros(shape, dtype=dtype)) for _ in range(self.c["num_layers"])]

    def predict(self, latent, level, cache, held, first):
        """Velocity of a block whose keys and values are left behind the `held` tokens of the cache. level: [B, T]"""
        b, _, frames, h, w = latent.shape
        _, p, q = self.c["patch_size"]
        height, width = h // p, w // q
        dtype = self.w["head.modulation"].dtype
        x = F.conv3d(latent.to(dtype), self.w["patch_embedding.weight"], self.w["patch_embedding.bias"], stride=(1, p, q)).flatten(2).transpose(1, 2)
        half = self.c["freq_dim"] // 2
        angle = level.double().unsqueeze(-1) * 10_000 ** (-torch.arange(half, dtype=torch.float64) / half)
        waves = torch.cat([angle.cos(), angle.sin()], -1).to(dtype)
        e = self.linear("time_embedding.2", F.silu(self.linear("time_embedding.0", waves)))  # [B, T, C]
        told = self.linear("time_projection.1", F.silu(e)).unflatten(-1, (6, -1))  # [B, T, 6, C]
        turns = self.turns(first, frames, height, width)
        for i in range(self.c["num_layers"]):
            x = self.block(f"blocks.{i}.", i, x, told, frames, turns, cache, held)
        shift, scale = (e.unsqueeze(2) + self.w["head.modulation"]).chunk(2, 2)
        out = self.linear("head.head", self.modulated(x, frames, shift, scale))
        out = out.reshape(b, frames, height, width, p, q, -1).permute(0, 6, 1, 2, 4, 3, 5)
        return out.reshape(b, -1, frames, h, w).float()

    def modulated(self, x, frames, shift, scale):  # shift, scale: [B, T, 1, C]
        y = self.norm(x).unflatten(1, (frames, -1))
        return (y * (1 + scale) + shift).flatten(1, 2)

    def block(self, at, i, x, told, frames, turns, cache, held):
        six = (told + self.w[at + "modulation"]).chunk(6, 2)  # each [B, T, 1, C]

        def gated(y, gate):
            return (y.unflatten(1, (frames, -1)) * gate).flatten(1, 2)

        y = self.modulated(x, frames, six[0], six[1])
        k, v = cache[i]
        end = held + y.shape[1]
        k[:, held:end] = self.turned(self.split(self.rms(at + "self_attn.norm_k", self.linear(at + "self_attn.k", y))), turns)
        v[:, held:end] = self.split(self.linear(at + "self_attn.v", y))
        q = self.turned(self.split(self.rms(at + "self_attn.norm_q", self.linear(at + "self_attn.q", y))), turns)
        x = x + gated(self.linear(at + "self_attn.o", self.attention(q, k[:, :end], v[:, :end])), six[2])
        y = self.norm(x, self.w[at + "norm3.weight"], self.w[at + "norm3.bias"])
        q = self.split(self.rms(at + "cross_attn.norm_q", self.linear(at + "cross_attn.q", y)))
        x = x + self.linear(at + "cross_attn.o", self.attention(q, *self.words[i]))
        y = self.modulated(x, frames, six[3], six[4])
        return x + gated(self.linear(at + "ffn.2", F.gelu(self.linear(at + "ffn.0", y), approximate="tanh")), six[5])


def evict(cache, tokens):
    """Makes room for another block in a full cache, as the published programs do: what is kept moves to the front."""
    for pair in cache:
        for buffer in pair:
            buffer[:, :-tokens] = buffer[:, tokens:].clone()


def shapes(c):
    dim, p = c["dim"], c["patch_size"]
    linears = {"text_embedding.0": (dim, c["text_dim"]), "text_embedding.2": (dim, dim), "time_embedding.0": (dim, c["freq_dim"]),
               "time_embedding.2": (dim, dim), "time_projection.1": (6 * dim, dim), "head.head": (p[1] * p[2] * c["out_dim"], dim)}
    all_shapes = {"patch_embedding.weight": (dim, c["in_dim"], *p), "patch_embedding.bias": (dim,), "head.modulation": (1, 2, dim)}
    for i in range(c["num_layers"]):
        at = f"blocks.{i}."
        all_shapes[at + "modulation"] = (1, 6, dim)
        all_shapes[at + "norm3.weight"] = all_shapes[at + "norm3.bias"] = (dim,)
        for part in ("self_attn.", "cross_attn."):
            linears.update({at + part + x: (dim, dim) for x in "qkvo"})
            all_shapes.update({at + part + x + ".weight": (dim,) for x in ("norm_q", "norm_k")})
        linears[at + "ffn.0"], linears[at + "ffn.2"] = (c["ffn_dim"], dim), (dim, c["ffn_dim"])
    for name, shape in linears.items():
        all_shapes[name + ".weight"], all_shapes[name + ".bias"] = shape, shape[:1]
    return all_shapes


def teraflops(c, past, tokens):
    """Multiply-adds times two of one pass over a block, as Praxino counts them."""
    dim, seen, own = c["dim"], (BLOCK + past) * tokens, BLOCK * tokens
    layer = 8 * own * dim**2 + 4 * own * seen * dim + 4 * own * dim**2 + 4 * own * c["text_len"] * dim + 4 * own * dim * c["ffn_dim"]
    around = 2 * own * dim * c["patch_size"][1] * c["patch_size"][2] * (c["in_dim"] + c["out_dim"]) + 2 * BLOCK * dim * (c["freq_dim"] + 7 * dim)
    return (c["num_layers"] * layer + around) / 1e12


def best(work, repeats):
    least = math.inf
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - start)
    return least


def measure(name, c, size, window, repeats, dtype, threads):
    torch.manual_seed(1)
    network = Wan(c, {n: (torch.randn(s) * 0.02).to(dtype) for n, s in shapes(c).items()})
    width, height = (int(x) // 8 for x in size.split("x"))
    tokens = height // c["patch_size"][1] * (width // c["patch_size"][2])
    latent, level = torch.randn(1, c["in_dim"], BLOCK, height, width), torch.full((1, BLOCK), 1000.0)
    a, b = (torch.randn(1024, 1024).to(dtype) for _ in range(2))
    peak = 2 * 1024**3 / best(lambda: a @ b, 11) / 1e9
    network.listen_to(torch.randn(1, min(PROMPT, c["text_len"]), c["text_dim"]).to(dtype))
    cache = network.cache(1, tokens, window + BLOCK)
    held, rows = window * tokens, []

    def row(part, past, work):
        seconds, flops = best(work, repeats), teraflops(c, past, tokens) * 1e12
        shape = f"{BLOCK * tokens} tokens, {(past + BLOCK) * tokens} seen, {c['num_layers']} layers"
        rows.append({"name": part, "shape": shape, "seconds": seconds, "gflops": flops / seconds / 1e9, "share": flops / seconds / 1e9 / peak})
        return seconds

    def write():
        network.predict(latent, level, cache, held, window)
        evict(cache, BLOCK * tokens)

    first = row("denoise step, first block", 0, lambda: network.predict(latent, level, cache, 0, 0))
    full = row("denoise step, full cache", window, lambda: network.predict(latent, level, cache, held, window))
    kept = row("cache write, full cache", window, write)
    return {
        "bench": "wan", "version": f"PyTorch {torch.__version__}",
        "machine": {"system": platform.platform(), "python": platform.python_version(), "threads": str(threads)},
        "dtype": "bf16" if dtype == torch.bfloat16 else "f32", "weights": f"random {name}", "recipe": "self-forcing", "size": size,
        "frame_tokens": tokens, "block_tokens": BLOCK * tokens, "layers": c["num_layers"], "layers_measured": c["num_layers"], "steps": STEPS,
        "block_teraflops": [round(teraflops(c, i * BLOCK, tokens), 3) for i in range(window // BLOCK + 1)],
        "step_first_seconds": first, "step_full_seconds": full, "cache_write_seconds": kept, "text_seconds": None, "decode_seconds": None,
        "fps": 4 * BLOCK / (STEPS * full + kept), "fps_decoded": None, "first_frame_seconds": None, "in_a_row": None,
        "gemm_peak_gflops": peak, "peak_share": rows[1]["share"], "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        "device_mib": None, "rows": rows}


def read(file):
    data = file.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    body = memoryview(data)[8 + length:]
    header = {n: e for n, e in json.loads(data[8:8 + length]).items() if n != "__metadata__"}
    return {n: torch.frombuffer(bytearray(body[slice(*e["data_offsets"])]), dtype=torch.float32).reshape(e["shape"]) for n, e in header.items()}


def check(folder):
    """The calls of a golden case, compared with what the reference program gave: the last call of a block stays in the cache."""
    c = json.loads((folder / "case.json").read_text())["config"]
    inputs, outputs = read(folder / "inputs.safetensors"), read(folder / "outputs.safetensors")
    network = Wan(c, read(folder / "weights.safetensors"))
    network.listen_to(inputs["text"])
    frames, each = c["frames_per_block"], c["calls_per_block"]
    tokens = inputs["latent_0"].shape[3] * inputs["latent_0"].shape[4] // 4
    cache, worst = network.cache(1, tokens, frames * c["calls"] // each), 0.0
    for i in range(c["calls"]):
        first = i // each * frames
        ours, theirs = network.predict(inputs[f"latent_{i}"], inputs[f"timestep_{i}"], cache, first * tokens, first), outputs[f"velocity_{i}"]
        worst = max(worst, ((ours - theirs).norm() / theirs.norm()).item())
    print(f"{c['calls']} calls, relative L2 at most {worst:.1e}")
    return 0 if worst < 2e-4 else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", nargs="?", type=Path, help="a transformer's config.json, as for --random-weights")
    parser.add_argument("--size", default="832x480")
    parser.add_argument("--window", type=int, default=18)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--dtype", choices=("fp32", "bf16"), default="fp32")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--json", type=Path, help="also write the result to a file")
    parser.add_argument("--against", type=Path, help="what praxino bench wan --json wrote: prints how many times as long Praxino takes")
    parser.add_argument("--check", type=Path, help="a golden case of the causal transformer to compare with instead")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    with torch.inference_mode():
        if args.check:
            raise SystemExit(check(args.check))
        c = json.loads(args.config.read_text())
        report = measure(args.config, c, args.size, args.window, args.repeats, torch.bfloat16 if args.dtype == "bf16" else torch.float32, args.threads)
    print(json.dumps(report, indent=2))
    if args.json:
        args.json.write_text(json.dumps(report, indent=2))
    if args.against:
        theirs = json.loads(args.against.read_text())
        for key in ("size", "dtype", "block_tokens", "layers", "block_teraflops"):
            if theirs[key] != report[key]:
                raise SystemExit(f"{args.against} has {key} {theirs[key]}, and this is {report[key]}: measure the same")
        for key in ("step_first_seconds", "step_full_seconds", "cache_write_seconds"):
            print(f"{key}: Praxino {theirs[key]:.4f}, PyTorch {report[key]:.4f}, {theirs[key] / report[key]:.2f} times as long")


if __name__ == "__main__":
    main()
