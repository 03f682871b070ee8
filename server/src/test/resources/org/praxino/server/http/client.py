"""Drives the public client against a server: base URL, folder, webhook secret and file of a delivery as arguments."""
import json
import sys
import warnings

import openai

warnings.simplefilter("ignore")
base, folder, secret, delivery = sys.argv[1:]
client = openai.OpenAI(api_key="none", base_url=base, max_retries=0)

assert [m.id for m in client.models.list()] == ["tiny"]
video = client.videos.create(prompt="a ball", seconds="1", size="32x32", model="tiny")
assert video.object == "video" and video.status in ("queued", "in_progress"), video
done = client.videos.poll(video.id, poll_interval_ms=50)
assert done.status == "completed" and done.progress == 100, done
assert int(done.seconds) == 1, done
with open(delivery) as f:
    headers, body = json.load(f)
event = client.webhooks.unwrap(body, headers, secret=secret)
assert event.type == "video.completed" and event.object == "event" and event.id == headers["webhook-id"], event
assert event.created_at > 1_600_000_000 and event.data.id.startswith("video_"), event
try:
    client.webhooks.unwrap(body.replace("completed", "failed"), headers, secret=secret)
    raise SystemExit("a changed delivery was believed")
except openai.InvalidWebhookSignatureError:
    pass
client.videos.download_content(done.id).write_to_file(folder + "/python.mp4")
assert client.videos.download_content(done.id, variant="thumbnail").read()[:2] == b"\xff\xd8"

again = client.videos.create_and_poll(prompt="a ball", seconds="1", extra_body={"seed": 5, "num_inference_steps": 1}, poll_interval_ms=50)
assert again.status == "completed", again
remix = client.videos.remix(done.id, prompt="a cube")
assert remix.remixed_from_video_id == done.id
assert client.videos.poll(remix.id, poll_interval_ms=50).status == "completed"
if hasattr(client.videos, "edit"):
    with open(folder + "/python.mp4", "rb") as f:
        edit = client.videos.edit(prompt="a cone", video=f)
        assert client.videos.poll(edit.id, poll_interval_ms=50).status == "completed"
    with open(folder + "/python.mp4", "rb") as f:
        longer = client.videos.extend(prompt="it rolls", seconds="1", video=f)
        longer = client.videos.poll(longer.id, poll_interval_ms=50)
        assert longer.status == "completed" and longer.duration_seconds > 2, longer
with open(folder + "/python.png", "wb") as f:
    import base64
    image = client.images.generate(prompt="an apple", model="tiny", response_format="b64_json", size="32x32")
    f.write(base64.b64decode(image.data[0].b64_json))
with open(folder + "/python.png", "rb") as f:
    pictured = client.videos.create(prompt="an apple", seconds="1", input_reference=f)
    assert client.videos.poll(pictured.id, poll_interval_ms=50).status == "completed"
with open(folder + "/python.png", "rb") as f:
    url = "data:image/png;base64," + base64.b64encode(f.read()).decode()
    # in the body: some versions of the client take its own documented object for a file, and refuse it before they send anything
    pictured = client.videos.create(prompt="an apple", seconds="1", extra_body={"input_reference": {"image_url": url}})
    assert client.videos.poll(pictured.id, poll_interval_ms=50).status == "completed"

assert len([v.id for v in client.videos.list(limit=2)]) >= 4  # goes through the pages by itself
assert client.videos.delete(done.id).deleted
try:
    client.videos.retrieve(done.id)
    raise SystemExit("a deleted video is still there")
except openai.NotFoundError as e:
    assert e.code == "video_not_found", e.code
try:
    client.videos.create(prompt="x", size="720x1280")
    raise SystemExit("a size that there is not was taken")
except openai.BadRequestError as e:
    assert e.param == "size", e.param
print("all well")
