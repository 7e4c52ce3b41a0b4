package unpack
import ("testing";"math/rand";"time";"fmt";"os")
func TestMut(t *testing.T){
 r:=rand.New(rand.NewSource(time.Now().UnixNano()))
 seeds:=[][]byte{people(512),people(1024),loopChain(people(512)),overlapCells(people(512))}
 ks:=[]Kind{SQLite,SQLite,SQLite,SQLite}
 for k,d:=range everyKind(){ seeds=append(seeds,d); ks=append(ks,k)}
 for _,d:=range [][]byte{oldSparse(4096), paxSparse(4096), hugeDictionary(), storedZip(true, file{"a", "b"}), overlapping(3)}{ for _,k:=range kinds(){seeds=append(seeds,d);ks=append(ks,k)}}
 end:=time.Now().Add(15*time.Second); n:=0
 for time.Now().Before(end){
  i:=r.Intn(len(seeds)); d:=append([]byte(nil),seeds[i]...)
  for range 1+r.Intn(6){ switch r.Intn(4){case 0: d[r.Intn(len(d))]=byte(r.Int());case 1: d[r.Intn(len(d))]^=1<<r.Intn(8); case 2: if len(d)>300 {p:=r.Intn(300); d[p]=[]byte{0,1,255,127,128}[r.Intn(5)]}; case 3: a,b:=r.Intn(len(d)),r.Intn(len(d)); copy(d[a:],d[b:min(len(d),b+r.Intn(64))])}}
  done:=make(chan bool); 
  go func(){ walkHostile(t,ks[i],d); close(done)}()
  select{case <-done: case <-time.After(3*time.Second): os.WriteFile("/tmp/hang.bin",d,0644); panic(fmt.Sprint("hang ",ks[i]))}
  n++
 }
 fmt.Println(n)
}
