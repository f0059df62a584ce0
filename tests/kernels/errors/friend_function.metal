// ember: output y = f32(4)
// ember: grid 4
// ember: [header]
struct Box {
    float v;
    friend float read(Box b);
  //^^^^^^ error[unsupported-construct]: `friend` is not supported
};
// ember: [body]
uint i = thread_position_in_grid.x;
y[i] = 1;
