// Drives the public Node client against a server: base URL, folder, webhook secret and file of a delivery as arguments.
const assert = require("node:assert");
const fs = require("node:fs");
const OpenAI = require("openai");

const [base, folder, secret, delivery] = process.argv.slice(2);
const client = new OpenAI({ apiKey: "none", baseURL: base, maxRetries: 0 });

async function ended(id) {
  for (;;) {
    const video = await client.videos.retrieve(id);
    if (video.status !== "queued" && video.status !== "in_progress") return video;
    await new Promise(done => setTimeout(done, 50));
  }
}

async function main() {
  assert.deepStrictEqual((await client.models.list()).data.map(m => m.id), ["tiny"]);
  const video = await client.videos.create({ prompt: "a ball", seconds: "1", size: "32x32", model: "tiny" });
  assert.strictEqual(video.object, "video");
  const done = await ended(video.id);
  assert.strictEqual(done.status, "completed");
  assert.strictEqual(Number.parseInt(done.seconds, 10), 1);
  fs.writeFileSync(folder + "/node.mp4", Buffer.from(await (await client.videos.downloadContent(done.id)).arrayBuffer()));

  const [headers, body] = JSON.parse(fs.readFileSync(delivery, "utf8"));
  const event = await client.webhooks.unwrap(body, headers, secret);
  assert.strictEqual(event.type, "video.completed");
  assert.strictEqual(event.id, headers["webhook-id"]);
  assert.ok(event.created_at > 1_600_000_000 && event.data.id.startsWith("video_"));
  await assert.rejects(client.webhooks.unwrap(body.replace("completed", "failed"), headers, secret), OpenAI.InvalidWebhookSignatureError);

  const remix = await client.videos.remix(done.id, { prompt: "a cube" });
  assert.strictEqual((await ended(remix.id)).status, "completed");
  const image = await client.images.generate({ prompt: "an apple", model: "tiny", response_format: "b64_json", size: "32x32" });
  const url = "data:image/png;base64," + image.data[0].b64_json;
  const pictured = await client.videos.create({ prompt: "an apple", seconds: "1", input_reference: { image_url: url } });
  assert.strictEqual((await ended(pictured.id)).status, "completed");
  const sent = await client.videos.create({ prompt: "an apple", seconds: "1",
    input_reference: await OpenAI.toFile(Buffer.from(image.data[0].b64_json, "base64"), "apple.png", { type: "image/png" }) });
  assert.strictEqual((await ended(sent.id)).status, "completed");

  const ids = [];
  for await (const v of client.videos.list({ limit: 2 })) ids.push(v.id); // goes through the pages by itself
  assert.ok(ids.length >= 4, ids.join());
  assert.ok((await client.videos.delete(done.id)).deleted);
  await assert.rejects(client.videos.retrieve(done.id), e => e.status === 404 && e.code === "video_not_found");
  await assert.rejects(client.videos.create({ prompt: "x", size: "720x1280" }), e => e.status === 400 && e.param === "size");
  console.log("all well");
}

main().catch(e => { console.error(e); process.exit(1); });
