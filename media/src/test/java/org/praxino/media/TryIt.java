package org.praxino.media;
import java.nio.file.*; import java.util.*;
public class TryIt {
  public static void main(String[] a) throws Exception {
    Path dir = Path.of(a[0]); Files.createDirectories(dir);
    int n=33,w=Integer.parseInt(a[1]),h=Integer.parseInt(a[2]);
    var clip = Clips.ball(n,w,h);
    record J(String f, WriteOptions o){}
    var g = WriteOptions.generated(12, Clips.METADATA);
    var jobs = List.of(new J("av1.mp4",g), new J("h264.mp4",g.codec(Codec.H264)), new J("vp9.mp4",g.codec(Codec.VP9)), new J("vp9.webm",g), new J("av1.webm",g.codec(Codec.AV1)), new J("444.webm", g.chroma(Chroma.YUV444)), new J("x.gif",g), new J("x.webp",g), new J("x.apng",g), new J("sheet.png",g), new J("seq/%03d.png",g), new J("x.y4m",g), new J("x444.y4m",g.chroma(Chroma.YUV444)));
    for (var j : jobs) {
      Path f = dir.resolve(j.f); 
      try {
        if (j.f.startsWith("seq")) { Files.createDirectories(f.getParent()); for (var x : f.getParent().toFile().listFiles()) x.delete(); }
        long t0=System.nanoTime();
        Clips.write(f, clip, j.o);
        long t1=System.nanoTime();
        Path r = j.f.startsWith("seq") ? dir.resolve("seq/000.png") : f;
        System.out.printf("%-10s %7d bytes %5d ms ", j.f, Files.size(r), (t1-t0)/1000000);
        System.out.print(GeneratedMetadata.read(r).equals(Optional.of(Clips.METADATA)) ? "meta ok " : "META "+GeneratedMetadata.read(r)+" ");
        t0=System.nanoTime();
        var back = VideoReader.readAll(r, ReadOptions.DEFAULT); t1=System.nanoTime();
        System.out.printf("%d frames %d ms psnr %.2f %s%n", back.size(), (t1-t0)/1000000, back.get(0).data().length==clip.get(0).data().length? Clips.psnr(back, clip):0, VideoProbe.probe(r));
      } catch (Exception e) { System.out.println(j.f+" "+e); e.printStackTrace(System.out); }
    }
  }
}
