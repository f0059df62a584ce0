// Comments are blanks; a comment may sit inside a directive and a name ends before it.
// ember: output y = i32(1)
// ember: expect y = [12]
#define /* name */ A /* value */ 3 // end
int b/**/= /* one
   two */ 4;
y[0] = A /* times */ * b; // done
