"""What the front end asks: log in, users, files."""

import shutil
from pathlib import Path

from fastapi import APIRouter, Depends, File, Form, HTTPException, UploadFile
from fastapi.responses import JSONResponse

import config
from lamb.auth import admin, create_token, current_user, verify_password
from lamb.database_manager import LambDatabaseManager
from lamb.owi_bridge.owi_users import OwiUserManager

from .assistant_router import router as assistant_router
from .knowledges_router import router as knowledges_router

router = APIRouter()
router.include_router(assistant_router, prefix="/assistant")
router.include_router(knowledges_router, prefix="/knowledgebases")

db_manager = LambDatabaseManager()
ALLOWED_EXTENSIONS = {'.txt', '.json', '.md'}
STATIC_DIR = Path(__file__).parent.parent / 'static' / 'public'


def _profile(user):
    launch_url = OwiUserManager().get_login_url(user["email"], user["name"])
    return {"user_id": user["id"], "name": user["name"], "email": user["email"], "role": user["role"], "launch_url": launch_url}


@router.post("/login")
async def login(email: str = Form(...), password: str = Form(...)):
    user = db_manager.get_creator_user_by_email(email)
    if not user or not verify_password(password, user["password_hash"]):
        return {"success": False, "error": "Invalid credentials"}
    token = create_token({"sub": str(user["id"]), "email": email, "role": user["role"]})
    return {"success": True, "data": {"token": token, **_profile(user)}}


@router.get("/me")
async def get_current_user(user=Depends(current_user)):
    return {"success": True, "data": _profile(user)}


@router.get("/users")
async def list_users(user=Depends(admin)):
    return {"success": True, "data": db_manager.get_creator_users()}


def _create(email, name, password, role):
    if db_manager.get_creator_user_by_email(email):
        return {"success": False, "error": "User already exists"}
    db_manager.create_creator_user(email, name, password, role)
    OwiUserManager().create_user(name, email, password, role)
    return {"success": True, "message": f"User {email} created successfully"}


@router.post("/admin/users/create")
async def create_user_admin(
    email: str = Form(...), name: str = Form(...), password: str = Form(...), role: str = Form("user"), user=Depends(admin)
):
    done = _create(email, name, password, role)
    return JSONResponse(done, status_code=200 if done["success"] else 400)


@router.post("/signup")
async def signup(email: str = Form(...), name: str = Form(...), password: str = Form(...), secret_key: str = Form(...)):
    if not config.SIGNUP_ENABLED or secret_key != config.SIGNUP_SECRET_KEY:
        return {"success": False, "error": "Signup is currently disabled."}
    return _create(email, name, password, "user")


@router.get("/files/list")
async def list_user_files(user=Depends(current_user)):
    own = STATIC_DIR / str(user["id"])
    own.mkdir(parents=True, exist_ok=True)
    return [{"name": p.name, "path": str(p.relative_to(STATIC_DIR))} for p in sorted(own.glob('*'))]


@router.post("/files/upload")
async def upload_file(file: UploadFile = File(...), user=Depends(current_user)):
    if Path(file.filename).suffix.lower() not in ALLOWED_EXTENSIONS:
        raise HTTPException(400, f"Invalid file type. Allowed types: {', '.join(ALLOWED_EXTENSIONS)}")
    own = STATIC_DIR / str(user["id"])
    own.mkdir(parents=True, exist_ok=True)
    with (own / Path(file.filename).name).open("wb") as kept:
        shutil.copyfileobj(file.file, kept)
    return {"path": f"{user['id']}/{Path(file.filename).name}", "name": file.filename}
