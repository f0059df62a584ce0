// Static constexpr members are named through the struct.
// ember: output y = i32(2)
// ember: grid 1
// ember: expect y = [16, 4]
// ember: [header]
struct Tile {
    static constant constexpr int rows = 4;
    static constexpr int area() { return rows * rows; }
};
// ember: [body]
y[0] = Tile::area();
y[1] = Tile::rows;
